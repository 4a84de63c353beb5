/** Since PostgreSQL 10 a version has two numbers: `15.18`. */
function parse(version: string): readonly [major: number, minor: number] {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return [major, minor];
}

/** Orders versions from old to new. */
export function compareVersions(a: string, b: string): number {
  const [majorA, minorA] = parse(a);
  const [majorB, minorB] = parse(b);
  return majorA - majorB || minorA - minorB;
}

/** `15` of `15.18`. */
export function majorOf(version: string): string {
  return version.split('.')[0] ?? version;
}

/** `postgres15`: DBParameterGroupFamily. */
export function parameterGroupFamily(version: string): string {
  return `postgres${majorOf(version)}`;
}

/** The parameter group of a request that names none. */
export function defaultParameterGroup(version: string): string {
  return `default.${parameterGroupFamily(version)}`;
}

/** The option group of a request that names none. PostgreSQL has no options. */
export function defaultOptionGroup(version: string): string {
  return `default:postgres-${majorOf(version)}`;
}

/**
 * The version for a request: the newest of all without `wanted`, the newest minor when `wanted` is a major,
 * exactly `wanted` otherwise. Undefined when the origin does not offer it.
 */
export function resolveVersion(wanted: string | undefined, offered: readonly string[]): string | undefined {
  const newestFirst = [...offered].sort((a, b) => compareVersions(b, a));
  if (!wanted) return newestFirst[0];
  return newestFirst.find((version) => version === wanted || majorOf(version) === wanted);
}

// PostgreSQL releases four minors a year and supports a major for five years.
const MAX_MINOR = 50;

/**
 * Whether a server may report `version` when it should have the major of `expected`. Packages change the
 * minor, but never the major. The report is not trusted, because root on the machine controls it.
 */
export function isPlausibleVersion(version: string, expected: string): boolean {
  const [, major, minor] = /^([1-9]\d)\.(\d|[1-9]\d)$/.exec(version) ?? [];
  return major === majorOf(expected) && Number(minor) <= MAX_MINOR;
}

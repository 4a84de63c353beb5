/** PostgreSQL has two numbers in a version since 10: `15.18`. */
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

/** The parameter group of who names none. */
export function defaultParameterGroup(version: string): string {
  return `default.${parameterGroupFamily(version)}`;
}

/** The option group of who names none. PostgreSQL has no options. */
export function defaultOptionGroup(version: string): string {
  return `default:postgres-${majorOf(version)}`;
}

/**
 * The version that a request for `wanted` gets: the newest of all when nothing is wanted, the newest minor when only a
 * major is, the very version otherwise. Undefined when the origin does not offer it.
 */
export function resolveVersion(wanted: string | undefined, offered: readonly string[]): string | undefined {
  const newestFirst = [...offered].sort((a, b) => compareVersions(b, a));
  if (!wanted) return newestFirst[0];
  return newestFirst.find((version) => version === wanted || majorOf(version) === wanted);
}

// PostgreSQL makes four minors a year and keeps a major for five.
const MOST_MINOR = 50;

/**
 * Whether a server that is to be of `expected`'s major may be `told`. Minors come and go with packages, majors do not; what
 * a machine says of itself is its root's to write.
 */
export function isPlausibleVersion(told: string, expected: string): boolean {
  const [, major, minor] = /^([1-9]\d)\.(\d|[1-9]\d)$/.exec(told) ?? [];
  return major === majorOf(expected) && Number(minor) <= MOST_MINOR;
}

import { AwsError } from './errors.ts';

/** Several refusals of one request in one error. */
class Refusals extends AwsError {
  readonly all: readonly AwsError[];

  constructor(first: AwsError, all: readonly AwsError[]) {
    const texts = all.map(({ message }, index) => `(${index + 1}) ${message}`);
    super(first.code, first.status, `The request is refused for ${all.length} reasons: ${texts.join(' ')}`);
    this.all = all;
  }
}

/**
 * The refusals with which `check` ends, each once; none where it ends well.
 * @throws what is no AwsError
 */
export function refusalsOf(check: () => unknown): readonly AwsError[] {
  try {
    check();
    return [];
  } catch (error) {
    if (error instanceof Refusals) return error.all;
    if (error instanceof AwsError) return [error];
    throw error;
  }
}

/**
 * Throws all refusals as one error, because a user who learns one refusal at a time needs as many attempts. A
 * single refusal stays as it is. The code of several is that of the first, because clients match on the code.
 */
export function refuseAll(refusals: readonly AwsError[]): void {
  const texts = refusals.map(({ message }) => message);
  const different = refusals.filter(({ message }, index) => texts.indexOf(message) === index);
  const [first, ...more] = different;
  if (first) throw more.length === 0 ? first : new Refusals(first, different);
}

type Checks = Readonly<Record<string, () => unknown>>;

/**
 * Runs every check, in this order, and returns their results by name. A check that needs the result of another
 * one belongs into the same function.
 * @throws AwsError with the refusals of all checks
 */
export function checkAll<const Asked extends Checks>(
  checks: Asked,
): { readonly [Name in keyof Asked]: ReturnType<Asked[Name]> } {
  const results = new Map<string, unknown>();
  refuseAll(Object.entries(checks).flatMap(([name, check]) => refusalsOf(() => results.set(name, check()))));
  return Object.fromEntries(results) as { readonly [Name in keyof Asked]: ReturnType<Asked[Name]> };
}

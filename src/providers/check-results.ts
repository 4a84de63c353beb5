import { within } from '../system/deadline.ts';
import { type CheckResult, ProviderError } from './provider.ts';

/** A check that takes longer is reported as unanswered; the other checks go on. */
const ANSWER_MS = 60_000;

function result(state: CheckResult['state']) {
  return (what: string, found: string, next?: string) =>
    ({ what, state, found, ...(next && { next }) }) satisfies CheckResult;
}

export const right = result('right');
export const wrong = result('wrong');
export const unknown = result('unknown');

export function isWrong({ state }: CheckResult): boolean {
  return state === 'wrong';
}

/**
 * The result of a check that threw `error`. Only a ProviderError proves that something is wrong; any other
 * error leaves the result unknown.
 */
function ofError(what: string, error: unknown): CheckResult {
  const message = error instanceof Error ? error.message : String(error);
  // The message may begin with the name of the setting, which `what` already holds.
  const found = message.startsWith(`${what}: `) ? message.slice(what.length + 2) : message;
  const isProven = error instanceof ProviderError && error.code !== 'Unsupported';
  return isProven ? wrong(what, found) : unknown(what, `cannot be checked: ${found}`);
}

/** The results of a check, and the value that later checks need. */
export interface CheckedValue<T> {
  readonly results: readonly CheckResult[];
  /** Absent where the check failed. */
  readonly value?: T;
}

/**
 * Looks for a value that other checks need.
 * @param describe returns the text of the result where the value is right
 */
export async function checkValue<T>(
  what: string,
  find: () => Promise<T>,
  describe: (value: T) => string = () => '',
): Promise<CheckedValue<T>> {
  try {
    const value = await within(ANSWER_MS, find);
    if (value === undefined) throw new Error(`no answer in ${ANSWER_MS / 1000} s`);
    return { results: [right(what, describe(value))], value };
  } catch (error) {
    return { results: [ofError(what, error)] };
  }
}

/** The results of one check; where the check throws, the error as the only result. */
export async function resultsOf(
  what: string,
  check: () => Promise<readonly CheckResult[]>,
): Promise<readonly CheckResult[]> {
  const { value, results } = await checkValue(what, check);
  return value ?? results;
}

/** Runs all checks of one thing. Returns a result for each that throws; where none throws, one result `right`. */
export async function runChecks(
  what: string,
  found: string,
  ...checks: (() => unknown)[]
): Promise<readonly CheckResult[]> {
  const problems: CheckResult[] = [];
  for (const check of checks) {
    try {
      await check();
    } catch (error) {
      problems.push(ofError(what, error));
    }
  }
  return problems.length > 0 ? problems : [right(what, found)];
}

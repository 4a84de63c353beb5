import { within } from '../system/deadline.ts';
import { type CheckResult, ProviderError } from './provider.ts';

/** What takes longer is told as that; the other checks go on. */
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

/** What an error says of the thing that was looked at. One that a provider did not throw on purpose proves nothing wrong. */
function ofError(what: string, error: unknown): CheckResult {
  const message = error instanceof Error ? error.message : String(error);
  // Which setting it is about was said before the colon.
  const found = message.startsWith(`${what}: `) ? message.slice(what.length + 2) : message;
  const says = error instanceof ProviderError && error.code !== 'Unsupported';
  return says ? wrong(what, found) : unknown(what, `cannot be looked at: ${found}`);
}

/** What a check found, and what is to be looked at further. */
export interface Looked<T> {
  readonly results: readonly CheckResult[];
  /** Absent where it is wrong. */
  readonly value?: T;
}

/** Looks for something that other checks need. @param describe what to say of it where it is right */
export async function lookFor<T>(
  what: string,
  find: () => Promise<T>,
  describe: (value: T) => string = () => '',
): Promise<Looked<T>> {
  try {
    const value = await within(ANSWER_MS, find);
    if (value === undefined) throw new Error(`no answer in ${ANSWER_MS / 1000} s`);
    return { results: [right(what, describe(value))], value };
  } catch (error) {
    return { results: [ofError(what, error)] };
  }
}

/** The results of one check; where it ends with an error, that one. */
export async function resultsOf(
  what: string,
  check: () => Promise<readonly CheckResult[]>,
): Promise<readonly CheckResult[]> {
  const { value, results } = await lookFor(what, check);
  return value ?? results;
}

/** What is wrong with one thing, by the checks of it; where none ends with an error, that it is right. */
export async function judged(
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

import type { Checker, CheckResult } from '../../src/providers/provider.ts';

/** All results of a checker, which is closed afterwards. */
export async function resultsOf(checker: Checker): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  try {
    for await (const result of checker.check()) results.push(result);
  } finally {
    await checker.close();
  }
  return results;
}

export function wrongOf(results: readonly CheckResult[]): string[] {
  return results.filter(({ state }) => state === 'wrong').map(({ what, found }) => `${what}: ${found}`);
}

import type { Call } from './journal.ts';

/**
 * Passwords that the instance may have: the last acknowledged first, then those requested since, then older
 * ones.
 */
export function passwordsOf(calls: readonly Call[], identifier: string): string[] {
  const asked = calls
    .filter((call) => call.identifier === identifier && call.outcome !== 'refused')
    .flatMap(({ asked: { password }, outcome }) => (password === undefined ? [] : [{ password, outcome }]))
    .reverse();
  const likely = asked.filter(({ outcome }) => outcome === 'acknowledged').slice(0, 1);
  return [...new Set([...likely, ...asked].map(({ password }) => password))];
}

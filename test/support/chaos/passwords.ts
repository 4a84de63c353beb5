import type { Call } from './journal.ts';

/** Passwords that the instance may have, the most likely first: the last acknowledged, those asked for since, older ones. */
export function passwordsOf(calls: readonly Call[], identifier: string): string[] {
  const asked = calls
    .filter((call) => call.identifier === identifier && call.outcome !== 'refused')
    .flatMap(({ asked: { password }, outcome }) => (password === undefined ? [] : [{ password, outcome }]))
    .reverse();
  const likely = asked.filter(({ outcome }) => outcome === 'acknowledged').slice(0, 1);
  return [...new Set([...likely, ...asked].map(({ password }) => password))];
}

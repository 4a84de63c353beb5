import { abortWith } from './abort-with.ts';

/**
 * Runs all parts until `signal` is aborted or one of them ends; then all end.
 * @throws the error of a failed part, after all have ended
 */
export async function runTogether(
  parts: readonly ((until: AbortSignal) => Promise<unknown>)[],
  signal: AbortSignal,
): Promise<void> {
  const own = abortWith(signal);
  const runs = parts.map((part) => part(own.signal).finally(() => own.abort()));
  await Promise.allSettled(runs);
  await Promise.all(runs);
}

import { abortWith } from './abort-with.ts';

/**
 * Runs these until `signal` is aborted or one of them comes to an end: they end together.
 * @throws what one of them fails with, when all have ended
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

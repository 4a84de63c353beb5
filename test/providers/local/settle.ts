import assert from 'node:assert/strict';
import { noProgress, type Progress, ProviderError } from '../../../src/providers/provider.ts';
import { SshError } from '../../../src/ssh/error.ts';
import { startDeadline } from '../../../src/system/deadline.ts';

/** Longer than any step of the provider takes here. */
export const BOUND_MS = 30_000;

/** Expects success or a known error, within bounds. */
export async function settle(
  what: string,
  work: (progress: Progress) => Promise<unknown>,
  patienceMs = BOUND_MS,
) {
  const began = Date.now();
  const { signal, dispose } = startDeadline(patienceMs);
  await work(noProgress(signal))
    .catch((error) => {
      if (signal.aborted && patienceMs < BOUND_MS) return;
      assert.ok(error instanceof ProviderError || error instanceof SshError, `${what}: ${error.stack}`);
    })
    .finally(dispose);
  assert.ok(Date.now() - began < BOUND_MS, `${what} took ${Date.now() - began} ms`);
}

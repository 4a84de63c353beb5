import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readySpares } from '../test/support/local/spares.ts';
import { waitUntil } from '../test/support/wait-until.ts';

/**
 * Waits until the spare cluster is made, which the provider `local` begins some time after a create. Returns at once where
 * machines have no users of their own, because there are no spares then.
 */
export async function untilSpare(stateDir: string): Promise<void> {
  if (!existsSync(join(stateDir, 'spares/new'))) return;
  await waitUntil('a spare cluster', () => readySpares(stateDir).length > 0, { withinMs: 30_000 });
}

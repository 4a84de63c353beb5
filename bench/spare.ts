import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 20;
const MOST_MS = 30_000;

/**
 * Waits until the spare cluster is made, which the provider `local` begins some time after a create. Returns at once where
 * machines have no users of their own, because there are no spares then.
 */
export async function untilSpare(stateDir: string): Promise<void> {
  const end = Date.now() + MOST_MS;
  for (;;) {
    const found = await readdir(join(stateDir, 'spares', 'new')).catch(() => undefined);
    if (!found || found.some((name) => !/draft|removed/.test(name))) return;
    if (Date.now() > end) throw new Error('no spare cluster was made');
    await delay(POLL_MS);
  }
}

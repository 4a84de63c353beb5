import { setTimeout as delay } from 'node:timers/promises';
import { isDatabaseUnavailable } from '../inventory/database/client.ts';
import type { Progress } from '../providers/provider.ts';

const INVENTORY_PAUSE_MS = 1_000;

/**
 * Retries here while the inventory is down, so that an outage does not use up the attempts that are meant for
 * failures of the guest.
 */
export async function retryWhileInventoryDown<T>(
  { signal, report }: Pick<Progress, 'signal' | 'report'>,
  ask: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isDatabaseUnavailable(error)) throw error;
      report('waiting for the inventory');
      await delay(INVENTORY_PAUSE_MS, undefined, { signal });
    }
  }
}

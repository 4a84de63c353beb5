import { setTimeout as delay } from 'node:timers/promises';
import { InventoryTooNew } from '../inventory/database/schema-version.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { within } from '../system/deadline.ts';

const PAUSE_MS = 60_000;
const ANSWER_MS = 2_000;

/**
 * Checks that the inventory is not of a newer Cornac. An inventory that is down or not migrated yet passes.
 * @throws InventoryTooNew
 */
export async function refuseNewerInventory(inventory: Pick<Inventory, 'ping'>): Promise<void> {
  await within(ANSWER_MS, () => inventory.ping()).catch((error) => {
    if (error instanceof InventoryTooNew) throw error;
  });
}

/**
 * Repeats `refuseNewerInventory` until `signal` is aborted, because the inventory may be migrated while older
 * processes run.
 * @throws InventoryTooNew
 */
export async function watchInventory(
  inventory: Pick<Inventory, 'ping'>,
  signal: AbortSignal,
  pauseMs = PAUSE_MS,
): Promise<void> {
  while (!signal.aborted) {
    await refuseNewerInventory(inventory);
    await delay(pauseMs, undefined, { signal }).catch(() => {});
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { MigrationError } from '../inventory/database/migration-error.ts';
import { InventoryTooNew } from '../inventory/database/schema-version.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { within } from '../system/deadline.ts';

const PAUSE_MS = 60_000;
const MIGRATION_PAUSE_MS = 2_000;
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
 * Waits until the inventory has the tables of this Cornac. A worker must not take steps before, because each of them would
 * fail. An inventory that is down is not waited for: steps wait for it by themselves.
 * @throws InventoryTooNew
 */
export async function awaitMigration(
  inventory: Pick<Inventory, 'ping'>,
  { log, signal }: { readonly log: Pick<Logger, 'warn'>; readonly signal: AbortSignal },
  pauseMs = MIGRATION_PAUSE_MS,
): Promise<void> {
  let lacksMigrations = false;
  while (!signal.aborted) {
    try {
      await within(ANSWER_MS, () => inventory.ping());
      return;
    } catch (error) {
      if (error instanceof InventoryTooNew) throw error;
      if (error instanceof MigrationError) {
        if (!lacksMigrations) log.warn(`${error.message}; the worker accepts no work until then`);
        lacksMigrations = true;
      } else if (!lacksMigrations) {
        return;
      }
    }
    await delay(pauseMs, undefined, { signal }).catch(() => {});
  }
}

/**
 * Looks again and again until `signal` is aborted: the inventory may be migrated while older processes run.
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

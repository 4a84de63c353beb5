import { setTimeout as delay } from 'node:timers/promises';
import { publishAuthority } from '../authority/load.ts';
import type { Config } from '../config/config.ts';
import { requireDatabaseUrl } from '../config/require.ts';
import { type Provision, provision } from '../machines/open.ts';
import { inventoryAddress } from '../processes/open-inventory.ts';
import { keepInventory } from '../reconcile/inventory-keeper.ts';
import { type KeeperLog, reasonOf } from '../reconcile/keeper-news.ts';
import { inventoryMachineOf } from '../reconcile/recover-inventory.ts';

const RETRY_MS = 30_000;

/** Opens the provider. Tries again after a failure, such as a missing SSH agent, and logs each reason once. */
async function openPlace(
  config: Config,
  log: KeeperLog,
  signal: AbortSignal,
): Promise<Provision | undefined> {
  const reported = new Set<string>();
  while (!signal.aborted) {
    try {
      return await provision(config);
    } catch (error) {
      const reason = reasonOf(error);
      if (!reported.has(reason)) log.error(`the inventory is not monitored yet: ${reason}. Cornac retries`);
      reported.add(reason);
      await delay(RETRY_MS, undefined, { signal }).catch(() => {});
    }
  }
  return undefined;
}

/**
 * Keeps the inventory of these settings up until `signal` is aborted, with its own connection to the
 * provider. No-op where DATABASE_URL names no host.
 * @throws ConfigError without DATABASE_URL
 */
export async function keepInventoryOf(
  config: Config,
  log: KeeperLog,
  signal: AbortSignal,
  options: { readonly afterFirstAnswer?: boolean } = {},
): Promise<void> {
  const inventory = inventoryMachineOf(requireDatabaseUrl(config), config.machinePrefix);
  if (!inventory) return;
  const databaseUrl = await inventoryAddress(config);
  await publishAuthority(config, (message) => log.error(message));
  const place = await openPlace(config, log, signal);
  if (!place) return;
  try {
    await keepInventory({ databaseUrl, inventory, place, log, ...options }, signal);
  } finally {
    await place.close();
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import { publishAuthority } from '../authority/load.ts';
import type { Config } from '../config/config.ts';
import { requireDatabaseUrl } from '../config/require.ts';
import { inventoryAddress } from '../inventory/open.ts';
import { type Provision, provision } from '../provision/provision.ts';
import { inventoryMachineOf } from '../reconcile/bring-back.ts';
import { keepInventory } from '../reconcile/inventory-keeper.ts';
import type { KeeperLog } from '../reconcile/keeper-news.ts';

const RETRY_MS = 30_000;

/** Opens the provider. Where that fails, as on a full disk or without an SSH agent, it is said once and tried again. */
const openPlace = async (
  config: Config,
  log: KeeperLog,
  signal: AbortSignal,
): Promise<Provision | undefined> => {
  for (let tries = 1; !signal.aborted; tries++) {
    try {
      return await provision(config);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (tries === 1) log.error(`the inventory is not looked after yet: ${reason}. It is tried again`);
      await delay(RETRY_MS, undefined, { signal }).catch(() => {});
    }
  }
  return undefined;
};

/**
 * Keeps the inventory of these settings up until `signal` is aborted, with a connection to the provider of its own. No-op
 * where DATABASE_URL names no host.
 * @throws ConfigError without DATABASE_URL
 */
export const keepInventoryOf = async (
  config: Config,
  log: KeeperLog,
  signal: AbortSignal,
  options: { readonly afterFirstAnswer?: boolean } = {},
): Promise<void> => {
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
};

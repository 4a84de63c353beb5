import type { Config } from '../config/config.ts';
import { requireDatabaseUrl } from '../config/require.ts';
import { provision } from '../provision/provision.ts';
import { inventoryMachineOf } from '../reconcile/bring-back.ts';
import { keepInventory } from '../reconcile/inventory-keeper.ts';
import type { KeeperLog } from '../reconcile/keeper-news.ts';

/**
 * Keeps the inventory of these settings up until `signal` is aborted, with a connection to the provider of its own. No-op
 * where DATABASE_URL names no host.
 * @throws ConfigError, ProviderError when the settings do not do
 */
export const keepInventoryOf = async (
  config: Config,
  log: KeeperLog,
  signal: AbortSignal,
  options: { readonly afterFirstAnswer?: boolean } = {},
): Promise<void> => {
  const databaseUrl = requireDatabaseUrl(config);
  const inventory = inventoryMachineOf(databaseUrl, config.machinePrefix);
  if (!inventory) return;
  const place = await provision(config);
  try {
    await keepInventory({ databaseUrl, inventory, place, log, ...options }, signal);
  } finally {
    await place.close();
  }
};

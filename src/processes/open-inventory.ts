import { randomBytes } from 'node:crypto';
import { loadAuthority } from '../authority/load.ts';
import type { Config } from '../config/config.ts';
import { requireDatabaseUrl } from '../config/require.ts';
import { readSecretKey } from '../config/secret-key.ts';
import { expectsOwnAuthority, type InventoryAddress } from '../inventory/database/address.ts';
import { createSealer } from '../inventory/database/sealer.ts';
import { createInventory, type Inventory } from '../inventory/inventory.ts';
import { writeFileOnce } from '../system/file-once.ts';

/**
 * The URL of the inventory in the settings, and how its server's certificate is verified.
 * @throws ConfigError
 */
export async function inventoryAddress(config: Config): Promise<InventoryAddress> {
  const url = requireDatabaseUrl(config);
  if (!expectsOwnAuthority(url)) return url;
  const { certificate } = await loadAuthority(config);
  return { url, authority: certificate };
}

/** The inventory in the settings, not connected yet. @throws ConfigError */
export async function openInventory(config: Config): Promise<Inventory> {
  const address = await inventoryAddress(config);
  return createInventory(address, createSealer(await readSecretKey(config.secretKeyFile)));
}

/**
 * Makes the secret key unless the file exists. It seals secrets in the inventory, and the authority derives
 * from it.
 */
export function ensureSecretKey({ secretKeyFile }: Config): Promise<void> {
  return writeFileOnce(secretKeyFile, () => `${randomBytes(32).toString('base64')}\n`);
}

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { requireDatabaseUrl } from '../config/require.ts';
import { writeFileOnce } from '../config/write-once.ts';
import { createInventory, type Inventory } from './inventory.ts';
import { loadSealer } from './sealer.ts';

/** The inventory that the settings name, not connected yet. @throws ConfigError */
export const openInventory = async (config: Config): Promise<Inventory> => {
  const databaseUrl = requireDatabaseUrl(config);
  if (!existsSync(config.secretKeyFile)) {
    throw new ConfigError([
      `SECRET_KEY_FILE: ${config.secretKeyFile} is missing; run cornac bootstrap, or copy it here`,
    ]);
  }
  return createInventory(databaseUrl, await loadSealer(config.secretKeyFile));
};

/** Makes the key that seals secrets in the inventory, unless it is there. */
export const ensureSecretKey = ({ secretKeyFile }: Config): Promise<void> =>
  writeFileOnce(secretKeyFile, () => `${randomBytes(32).toString('base64')}\n`);

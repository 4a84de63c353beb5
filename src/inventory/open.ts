import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { createInventory, type Inventory } from './inventory.ts';
import { loadSealer } from './sealer.ts';

/** The database URL of the settings. @throws ConfigError when there is none */
export const requireDatabaseUrl = ({ databaseUrl, file }: Config): string => {
  if (databaseUrl) return databaseUrl;
  throw new ConfigError([
    `${file}: DATABASE_URL is missing; expected postgresql://user:password@host:5432/database`,
  ]);
};

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
export const ensureSecretKey = async ({ secretKeyFile }: Config): Promise<void> => {
  if (existsSync(secretKeyFile)) return;
  await mkdir(dirname(secretKeyFile), { recursive: true });
  // `wx`: of two at once one wins, and none overwrites a key that has sealed something.
  await writeFile(secretKeyFile, `${randomBytes(32).toString('base64')}\n`, {
    mode: 0o600,
    flag: 'wx',
    flush: true,
  });
};

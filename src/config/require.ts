import type { Config } from './config.ts';
import { ConfigError } from './config-error.ts';

/** The expected value of DATABASE_URL where `cornac up` makes no inventory by itself. */
export function expectedInventoryUrl({ iaas }: Pick<Config, 'iaas'>): string {
  return `With IAAS = "${iaas[0]?.split(':')[0]}" it must name the inventory: postgresql://role:password@host/database`;
}

/** @throws ConfigError when DATABASE_URL is not set */
export function requireDatabaseUrl({ databaseUrl, file }: Config): string {
  if (databaseUrl === undefined) {
    throw new ConfigError([
      `${file}: DATABASE_URL is not set; expected postgresql://role:password@host:port/database, the inventory`,
      '`cornac up` creates an inventory itself, for everything that runs on this machine.',
    ]);
  }
  return databaseUrl;
}

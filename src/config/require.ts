import type { Config } from './config.ts';
import { ConfigError } from './config-error.ts';

/** @throws ConfigError when DATABASE_URL is not set */
export function requireDatabaseUrl({ databaseUrl, file }: Config): string {
  if (databaseUrl === undefined) {
    throw new ConfigError([
      `${file}: DATABASE_URL is not set; expected postgresql://role:password@host:port/database, the inventory`,
      '`cornac up` makes one by itself, for all that runs on this machine.',
    ]);
  }
  return databaseUrl;
}

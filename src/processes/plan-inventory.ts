import type { InventorySpec } from '../activities/bootstrap.ts';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { requireDatabaseUrl } from '../config/require.ts';
import { newDbiResourceId } from '../inventory/new-id.ts';
import { isDatabaseName, isMasterUsername, isReservedUsername } from '../model/db-instance/identifier.ts';
import { INVENTORY_IDENTIFIER, inventoryMachineName } from '../model/db-instance/inventory-instance.ts';
import { DEFAULT_PORT, isInstancePort } from '../model/db-instance/port.ts';

/**
 * The inventory instance that DATABASE_URL describes.
 * @throws ConfigError with the part of the URL that is wrong
 */
export function planInventory(
  config: Config,
  {
    engineVersion,
    size,
    ...facts
  }: { engineVersion: string; size: number; keepVersion: boolean; needsHost?: true },
): InventorySpec {
  const url = new URL(requireDatabaseUrl(config));
  const masterUsername = decodeURIComponent(url.username);
  const dbName = decodeURIComponent(url.pathname.slice(1));
  const port = Number(url.port || DEFAULT_PORT);
  const problems = [
    ...(isMasterUsername(masterUsername) && !isReservedUsername(masterUsername)
      ? []
      : ['DATABASE_URL: expected a user of 1-63 letters, digits, underscores that is not reserved']),
    ...(isDatabaseName(dbName)
      ? []
      : ['DATABASE_URL: expected a database name of 1-63 letters, digits, underscores']),
    ...(isInstancePort(port) ? [] : ['DATABASE_URL: expected a port of 1150-65535']),
    ...(url.password ? [] : ['DATABASE_URL: expected a password']),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    dbiResourceId: newDbiResourceId(),
    ...facts,
    ...(/^[\d.]+$/.test(url.hostname) && { address: url.hostname }),
    ...(config.inventoryNetwork && { network: config.inventoryNetwork }),
    instance: {
      identifier: INVENTORY_IDENTIFIER,
      dbInstanceClass: 'db.t2.micro',
      engineVersion,
      allocatedStorage: size,
      masterUsername,
      dbName,
      port,
      machine: inventoryMachineName(config.machinePrefix),
    },
  };
}

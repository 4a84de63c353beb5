import { INVENTORY_IDENTIFIER } from '../db-instance/inventory-instance.ts';
import { type ParameterSource, parametersOf } from './parameters-of.ts';

/** The settings of PostgreSQL that follow from parameters of RDS. */
function settingsOfRds(parameters: Readonly<Record<string, string>>): Record<string, string> {
  return parameters['rds.logical_replication'] === '1' ? { wal_level: 'logical' } : {};
}

/**
 * The settings of PostgreSQL for a server's parameters. Those of RDS are among them, because PostgreSQL keeps them for
 * users to read, and the guest's scripts read them from there. The inventory takes clients without TLS, because
 * DATABASE_URL may say `sslmode=disable`; Cornac's own client insists.
 */
export function serverSettings(identifier: string, source: ParameterSource): Record<string, string> {
  const all = parametersOf(source);
  const isInventory = identifier === INVENTORY_IDENTIFIER;
  const parameters = Object.entries(all).filter(([name]) => !isInventory || !name.startsWith('rds.'));
  return { ...Object.fromEntries(parameters), ...settingsOfRds(all), port: String(source.port) };
}

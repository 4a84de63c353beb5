import type { Config } from '../../../config/config.ts';
import {
  defaultDatabaseName,
  identifierTooLong,
  isDatabaseName,
  isMasterUsername,
  isReservedDatabaseName,
  isReservedUsername,
  refuseBadIdentifier,
} from '../../../model/db-instance/identifier.ts';
import { refuseInventoryName } from '../../../model/db-instance/inventory-instance.ts';
import { DEFAULT_PORT, isInstancePort } from '../../../model/db-instance/port.ts';
import { invalidParameterValue } from '../../../model/errors.ts';
import { MAX_MACHINE_NAME_LENGTH } from '../../../model/server/machine-name.ts';
import { required } from './rules.ts';

/**
 * The identifier of a new instance, in lower case.
 * @param member of the request, for the message
 */
export function readIdentifier(
  text: string | undefined,
  { machinePrefix }: Pick<Config, 'machinePrefix'>,
  member = 'DBInstanceIdentifier',
): string {
  const identifier = required(member, text);
  refuseBadIdentifier(member, identifier);
  refuseInventoryName(identifier);
  // The machine's name is a host name with the identifier after the prefix.
  const longest = MAX_MACHINE_NAME_LENGTH - machinePrefix.length;
  if (identifier.length > longest) throw identifierTooLong(member, longest);
  return identifier.toLowerCase();
}

/** The database of a new instance. A bad identifier is refused by `readIdentifier`. */
export function readDatabaseName(name: string | undefined, identifier = ''): string {
  if (name !== undefined && !isDatabaseName(name)) {
    throw invalidParameterValue(
      'DBName must begin with a letter and contain only alphanumeric characters and underscores, 63 at most.',
    );
  }
  const dbName = name ?? defaultDatabaseName(identifier.toLowerCase());
  if (isReservedDatabaseName(dbName)) {
    throw invalidParameterValue(`DBName ${dbName} cannot be used. It is a reserved word for this engine`);
  }
  return dbName;
}

export function readMasterUsername(name: string | undefined): string {
  const masterUsername = required('MasterUsername', name);
  if (!isMasterUsername(masterUsername)) {
    throw invalidParameterValue(
      'The parameter MasterUsername must begin with a letter and contain only alphanumeric characters and ' +
        'underscores, 63 at most.',
    );
  }
  if (isReservedUsername(masterUsername)) {
    throw invalidParameterValue(
      `MasterUsername ${masterUsername} cannot be used as it is a reserved word used by the engine`,
    );
  }
  return masterUsername;
}

export function readPort(port: number = DEFAULT_PORT): number {
  if (isInstancePort(port)) return port;
  throw invalidParameterValue(`Invalid port ${port}. Valid values: 1150-65535.`);
}

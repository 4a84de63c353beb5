import type { CreateDBInstanceMessage } from '@aws-sdk/client-rds';
import type { Config } from '../../../config/config.ts';
import { newDbiResourceId } from '../../../inventory/new-id.ts';
import { DEFAULT_CERTIFICATE, refuseUnknownCertificate } from '../../../model/certificate/certificate.ts';
import { defaultAttributes, readAttributes } from '../../../model/db-instance/attributes.ts';
import {
  defaultDatabaseName,
  isDatabaseName,
  isDBInstanceIdentifier,
  isMasterUsername,
  isReservedDatabaseName,
  isReservedUsername,
} from '../../../model/db-instance/identifier.ts';
import type { Instance } from '../../../model/db-instance/instance.ts';
import { refuseInventoryName } from '../../../model/db-instance/inventory-instance.ts';
import { refuseBadMasterPassword } from '../../../model/db-instance/master-password.ts';
import { DEFAULT_PORT, isInstancePort } from '../../../model/db-instance/port.ts';
import { refuseBadStorage } from '../../../model/db-instance/storage.ts';
import { invalidParameterValue } from '../../../model/errors.ts';
import { firstMachineName, LONGEST_MACHINE_NAME } from '../../../model/server/machine-name.ts';
import { addTags } from '../../../model/tags.ts';
import { scramVerifier } from '../../../system/scram-verifier.ts';
import { action } from '../../action.ts';
import { refuseNotOffered } from '../../request/not-offered.ts';
import {
  chooseEngineVersion,
  refuseAutoscaling,
  refuseOtherEngine,
  refuseOtherGroups,
  refuseOtherLicense,
  refuseOtherZone,
  refuseUnknownClass,
  required,
} from './rules.ts';
import { toDBInstance } from './view.ts';

function readIdentifier(text: string | undefined, { machinePrefix }: Config): string {
  const identifier = required('DBInstanceIdentifier', text);
  if (!isDBInstanceIdentifier(identifier)) {
    throw invalidParameterValue(
      'The parameter DBInstanceIdentifier is not a valid identifier. Identifiers must have 1-63 characters; begin ' +
        'with a letter; contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain ' +
        'two consecutive hyphens.',
    );
  }
  refuseInventoryName(identifier);
  // The machine's name is a host name.
  const longest = LONGEST_MACHINE_NAME - machinePrefix.length;
  if (identifier.length > longest) {
    throw invalidParameterValue(
      `The parameter DBInstanceIdentifier must have at most ${longest} characters here: machines are named ` +
        `${machinePrefix}<identifier>, and a host name has at most ${LONGEST_MACHINE_NAME}.`,
    );
  }
  return identifier.toLowerCase();
}

function readDatabaseName(name: string | undefined, identifier: string): string {
  if (name !== undefined && !isDatabaseName(name)) {
    throw invalidParameterValue(
      'DBName must begin with a letter and contain only alphanumeric characters and underscores, 63 at most.',
    );
  }
  const dbName = name ?? defaultDatabaseName(identifier);
  if (isReservedDatabaseName(dbName)) {
    throw invalidParameterValue(`DBName ${dbName} cannot be used. It is a reserved word for this engine`);
  }
  return dbName;
}

function readMasterUsername(name: string | undefined): string {
  const masterUsername = required('MasterUsername', name);
  if (!isMasterUsername(masterUsername)) {
    throw invalidParameterValue(
      'The parameter MasterUsername must begin with a letter and contain only alphanumeric characters and ' +
        'underscores, 16 at most.',
    );
  }
  if (isReservedUsername(masterUsername)) {
    throw invalidParameterValue(
      `MasterUsername ${masterUsername} cannot be used as it is a reserved word used by the engine`,
    );
  }
  return masterUsername;
}

function readPort(port: number = DEFAULT_PORT): number {
  if (isInstancePort(port)) return port;
  throw invalidParameterValue(`Invalid port ${port}. Valid values: 1150-65535.`);
}

/** The requested instance and its master password. Every member of the input is checked here. */
function readInput(
  input: CreateDBInstanceMessage,
  config: Config,
  offeredVersions: readonly string[],
): { instance: Instance; password: string } {
  refuseNotOffered(input);
  refuseOtherEngine(required('Engine', input.Engine));
  refuseOtherLicense(input.LicenseModel);
  refuseOtherZone(input.AvailabilityZone, config);
  const identifier = readIdentifier(input.DBInstanceIdentifier, config);
  const dbInstanceClass = refuseUnknownClass(required('DBInstanceClass', input.DBInstanceClass));
  const masterUsername = readMasterUsername(input.MasterUsername);
  const password = required('MasterUserPassword', input.MasterUserPassword);
  refuseBadMasterPassword(password);
  const engineVersion = chooseEngineVersion(input.EngineVersion, offeredVersions);
  refuseOtherGroups(input, engineVersion);
  const allocatedStorage = required('AllocatedStorage', input.AllocatedStorage);
  refuseAutoscaling(input.MaxAllocatedStorage, allocatedStorage);
  const attributes = readAttributes(input, defaultAttributes(input));
  refuseBadStorage(attributes.settings, allocatedStorage);
  const { CACertificateIdentifier: caCertificateIdentifier } = input;
  if (caCertificateIdentifier !== undefined) refuseUnknownCertificate(caCertificateIdentifier);

  return {
    password,
    instance: {
      dbiResourceId: newDbiResourceId(),
      identifier,
      status: 'creating',
      operationId: null,
      dbInstanceClass,
      engineVersion,
      allocatedStorage,
      masterUsername,
      dbName: readDatabaseName(input.DBName, identifier),
      port: readPort(input.Port),
      machine: firstMachineName(config.machinePrefix, identifier),
      host: null,
      address: null,
      deletionProtection: input.DeletionProtection ?? false,
      ...attributes,
      ...(caCertificateIdentifier !== undefined && { caCertificateIdentifier }),
      pending: {},
      tags: addTags([], input.Tags ?? []),
      createdAt: new Date(),
      availableAt: null,
    },
  };
}

/**
 * Records an instance that a workflow then makes. Cornac has no quota of instances: RDS's quota protects a
 * fleet that strangers share, while here the hosts report that they have no more room.
 */
export const createDBInstance = action(
  'CreateDBInstance',
  async (input, { inventory, config, requestId, invocation }) => {
    const { instance: asked, password } = readInput(input, config, await inventory.engineVersions.list());
    const [verifier, chosen] = await Promise.all([
      scramVerifier(password),
      inventory.certificates.findDefault(),
    ]);
    const instance = { caCertificateIdentifier: chosen ?? DEFAULT_CERTIFICATE, ...asked };
    const answer = (created: Instance) => ({ DBInstance: toDBInstance(created, config) });

    return answer(await inventory.instances.create(instance, verifier, { requestId, invocation, answer }));
  },
);

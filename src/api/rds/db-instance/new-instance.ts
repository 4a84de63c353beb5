import type { Config } from '../../../config/config.ts';
import { newDbiResourceId } from '../../../inventory/new-id.ts';
import { DEFAULT_CA_CERTIFICATE_IDENTIFIER } from '../../../model/certificate/certificate.ts';
import type { Attributes } from '../../../model/db-instance/attributes.ts';
import type { Instance } from '../../../model/db-instance/instance.ts';
import type { Storage } from '../../../model/db-instance/storage.ts';
import { presentParameters } from '../../../model/db-parameter-group/applied-parameters.ts';
import { checkAll } from '../../../model/refusals.ts';
import { firstMachineName } from '../../../model/server/machine-name.ts';
import type { ActionContext } from '../../action.ts';
import { insufficientCapacity, readCapacity } from './capacity.ts';
import { type GroupsRequest, type NamedGroups, readOptionGroup, readParameterGroup } from './groups.ts';

/** The version of a new instance and the groups that depend on it. @throws as the readers of groups do */
export function readVersionGroups(input: GroupsRequest, groups: NamedGroups, engineVersion: string) {
  const { parameterGroup = null, optionGroupName = null } = checkAll({
    parameterGroup: () => readParameterGroup(input, groups, engineVersion),
    optionGroupName: () => readOptionGroup(input, groups, engineVersion),
  });
  // The server is made with the values of its group, and so shown in sync.
  const appliedParameters = presentParameters({ parameterGroup });
  return { engineVersion, optionGroupName, parameterGroup, appliedParameters };
}

/** The checked members of a request that makes an instance. */
export interface NewMembers
  extends Pick<
    Instance,
    'identifier' | 'dbInstanceClass' | 'masterUsername' | 'dbName' | 'port' | 'tags' | 'dbSubnetGroup'
  > {
  readonly version: ReturnType<typeof readVersionGroups>;
  readonly storage: { readonly allocatedStorage: number; readonly storage: Storage };
  readonly attributes: Attributes;
}

/** The members of such a request that are used as they came. */
interface UncheckedMembers {
  readonly DeletionProtection?: boolean | undefined;
  readonly CACertificateIdentifier?: string | undefined;
}

/**
 * The instance that is about to be made.
 * @param settings `defaultAuthority`: that of ModifyCertificates, where one was chosen
 */
export function newInstance(
  { version, storage, attributes, ...members }: NewMembers,
  { DeletionProtection = false, CACertificateIdentifier }: UncheckedMembers,
  settings: Pick<Config, 'machinePrefix'> & { readonly defaultAuthority: string | null },
): Instance {
  const { identifier, dbInstanceClass, masterUsername, dbName, port, tags, dbSubnetGroup } = members;
  return {
    ...{ identifier, ...version, dbInstanceClass, masterUsername, dbName, port, tags },
    ...(dbSubnetGroup !== undefined && { dbSubnetGroup }),
    dbiResourceId: newDbiResourceId(),
    status: 'creating',
    operationId: null,
    allocatedStorage: storage.allocatedStorage,
    machine: firstMachineName(settings.machinePrefix, identifier),
    host: null,
    address: null,
    deletionProtection: DeletionProtection,
    caCertificateIdentifier:
      CACertificateIdentifier ?? settings.defaultAuthority ?? DEFAULT_CA_CERTIFICATE_IDENTIFIER,
    preferredMaintenanceWindow: attributes.preferredMaintenanceWindow,
    backupRetentionPeriod: attributes.backupRetentionPeriod ?? 0,
    settings: { ...attributes.settings, ...storage.storage },
    pending: {},
    createdAt: new Date(),
    availableAt: null,
  };
}

/** @throws insufficientDBInstanceCapacity */
export async function refuseWithoutRoom(
  { identifier, dbInstanceClass, storage: { allocatedStorage, storage } }: NewMembers,
  { inventory, config }: Pick<ActionContext, 'inventory' | 'config'>,
): Promise<void> {
  const machine = firstMachineName(config.machinePrefix, identifier);
  const question = { machine, host: null, gets: { dbInstanceClass, allocatedStorage } };
  const mayFit = await readCapacity(inventory, config);
  if (!mayFit(question)) throw insufficientCapacity('create', question, storage.storageType);
}

import type { RestoreDBInstanceFromDBSnapshotMessage } from '@aws-sdk/client-rds';
import { refuseUnknownCertificate } from '../../../model/certificate/certificate.ts';
import { defaultAttributes, readAttributes } from '../../../model/db-instance/attributes.ts';
import type { Instance } from '../../../model/db-instance/instance.ts';
import { boundsOf, readStorage, type Storage } from '../../../model/db-instance/storage.ts';
import type { Snapshot } from '../../../model/db-snapshot/snapshot.ts';
import { majorOf } from '../../../model/engine/engine-version.ts';
import { invalidParameterCombination, invalidParameterValue } from '../../../model/errors.ts';
import type { OperationInputs } from '../../../model/operation/input.ts';
import { checkAll } from '../../../model/refusals.ts';
import { addTags } from '../../../model/tags.ts';
import type { ActionContext } from '../../action.ts';
import { refuseNotOffered } from '../../request/not-offered.ts';
import { type NamedGroups, readSubnetGroup } from './groups.ts';
import { readPort } from './names.ts';
import { newInstance, readVersionGroups, refuseWithoutRoom } from './new-instance.ts';
import {
  chooseEngineVersion,
  refuseBackupsWithoutRepository,
  refuseOtherEngine,
  refuseOtherLicense,
  refuseOtherZone,
  refuseUnknownClass,
} from './rules.ts';
import { toDBInstance } from './view.ts';

/** The members that the requests for a restore have in common. */
type Input = Omit<
  RestoreDBInstanceFromDBSnapshotMessage,
  'DBInstanceIdentifier' | 'DBSnapshotIdentifier' | 'DBClusterSnapshotIdentifier'
>;
type Source = Snapshot['instance'];

/** The members of a request about storage. */
type StorageInput = Pick<Input, 'AllocatedStorage' | 'Iops' | 'StorageThroughput' | 'StorageType'>;

/** The storage of the source with the members that the request sets. It cannot be smaller. */
export function readAllStorage(
  input: StorageInput,
  source: Source,
): { allocatedStorage: number; storage: Storage } {
  const { AllocatedStorage: allocatedStorage = source.allocatedStorage } = input;
  if (allocatedStorage < source.allocatedStorage) {
    throw invalidParameterCombination(
      `The allocated storage of ${allocatedStorage} GiB is less than that of the source: ${source.allocatedStorage} GiB.`,
    );
  }
  const { storageType, iops, storageThroughput } = source;
  // io1 if Iops is given for a type without it: StorageType of API_RestoreDBInstanceFromDBSnapshot
  const takesIops = boundsOf(storageType).iops !== undefined;
  const base: Storage =
    input.Iops && !takesIops
      ? { storageType: 'io1' }
      : {
          storageType,
          ...(iops !== undefined && { iops }),
          ...(storageThroughput !== undefined && { storageThroughput }),
        };
  return {
    allocatedStorage,
    storage: readStorage(input, base, { has: source.allocatedStorage, gets: allocatedStorage }),
  };
}

/** The version of the source, or the newest minor of its major where the origin has another one by now. */
function readVersion(
  input: Input,
  { engineVersion: wanted }: Source,
  offered: readonly string[],
  groups: NamedGroups,
) {
  const engineVersion = chooseEngineVersion(offered.includes(wanted) ? wanted : majorOf(wanted), offered);
  return readVersionGroups(input, groups, engineVersion);
}

function refuseDatabaseName(name: string | undefined): void {
  if (name === undefined) return;
  throw invalidParameterValue('DBName must be null when Restoring for this Engine.');
}

/** What a restore has beside its members. */
interface Restore {
  /** The instance that was backed up. */
  readonly source: Source;
  /** The days where the request names none. */
  readonly backupRetentionPeriod: number;
  readonly offered: readonly string[];
  readonly groups: NamedGroups;
  /** Reads the identifier of the new instance. */
  readonly identify: () => string;
  /** Refuses a source that cannot be restored. */
  readonly refuseSource: () => void;
}

/** Every member of the input, checked. All refusals come at once. */
export function readRestored(
  input: Input,
  { source, backupRetentionPeriod, offered, groups, identify, refuseSource }: Restore,
  { config, owner }: Pick<ActionContext, 'config' | 'owner'>,
) {
  const { masterUsername, dbName } = source;
  const members = checkAll({
    identifier: identify,
    source: refuseSource,
    engine: () => refuseOtherEngine(input.Engine),
    version: () => readVersion(input, source, offered, groups),
    dbInstanceClass: () =>
      refuseUnknownClass(input.DBInstanceClass ?? source.dbInstanceClass, source.engineVersion),
    license: () => refuseOtherLicense(input.LicenseModel),
    zone: () => refuseOtherZone(input.AvailabilityZone, owner),
    database: () => refuseDatabaseName(input.DBName),
    port: () => readPort(input.Port ?? source.port),
    storage: () => readAllStorage(input, source),
    authority: () => refuseUnknownCertificate(input.CACertificateIdentifier),
    backups: () => refuseBackupsWithoutRepository(input.BackupRetentionPeriod, config),
    attributes: () => readAttributes(input, { ...defaultAttributes(input), backupRetentionPeriod }),
    dbSubnetGroup: () => readSubnetGroup(input, groups) ?? null,
    // Those of the source where the request has none: CopyTagsToSnapshot of API_RestoreDBInstanceFromDBSnapshot.
    tags: () => addTags([], input.Tags?.length ? input.Tags : [...source.tags]),
    notOffered: () => refuseNotOffered(input),
  });
  return { ...members, masterUsername, dbName };
}

/**
 * Records the new instance, and the operation that makes it.
 * @param operation what the instance is made of
 * @returns the answer of the action
 * @throws dbInstanceAlreadyExists, insufficientDBInstanceCapacity, and faults of the snapshot
 */
export async function beginRestore(
  input: Input,
  members: ReturnType<typeof readRestored>,
  operation: OperationInputs['restoreDbInstance'],
  defaultAuthority: string | null,
  context: ActionContext,
) {
  const { inventory, config, owner, requestId, invocation } = context;
  await refuseWithoutRoom(members, context);
  const answer = (created: Instance) => ({ DBInstance: toDBInstance(created, owner) });
  const instance = newInstance(members, input, { ...config, defaultAuthority });
  return answer(await inventory.instances.restore(instance, operation, { requestId, invocation, answer }));
}

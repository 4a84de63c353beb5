import type { RestoreDBInstanceFromDBSnapshotMessage } from '@aws-sdk/client-rds';
import { refuseUnknownCertificate } from '../../../model/certificate/certificate.ts';
import { defaultAttributes, readAttributes } from '../../../model/db-instance/attributes.ts';
import type { Instance } from '../../../model/db-instance/instance.ts';
import { boundsOf, readStorage, type Storage } from '../../../model/db-instance/storage.ts';
import { refuseRestoring } from '../../../model/db-snapshot/restoring.ts';
import type { Snapshot } from '../../../model/db-snapshot/snapshot.ts';
import { majorOf } from '../../../model/engine/engine-version.ts';
import { invalidParameterCombination, invalidParameterValue, notOffered } from '../../../model/errors.ts';
import { checkAll } from '../../../model/refusals.ts';
import { addTags } from '../../../model/tags.ts';
import { type ActionContext, action } from '../../action.ts';
import { refuseNotOffered } from '../../request/not-offered.ts';
import { findNamedGroups, type NamedGroups, readSubnetGroup } from '../db-instance/groups.ts';
import { readIdentifier, readPort } from '../db-instance/names.ts';
import { newInstance, readVersionGroups, refuseWithoutRoom } from '../db-instance/new-instance.ts';
import {
  chooseEngineVersion,
  refuseBackupsWithoutRepository,
  refuseOtherEngine,
  refuseOtherLicense,
  refuseOtherZone,
  refuseUnknownClass,
  required,
} from '../db-instance/rules.ts';
import { toDBInstance } from '../db-instance/view.ts';
import { requireSnapshot } from './named.ts';

type Input = RestoreDBInstanceFromDBSnapshotMessage;
type Source = Snapshot['instance'];

/** The storage of the snapshot with the members that the request sets. */
function readAllStorage(input: Input, source: Source): { allocatedStorage: number; storage: Storage } {
  const { AllocatedStorage: allocatedStorage = source.allocatedStorage } = input;
  if (allocatedStorage < source.allocatedStorage) {
    throw invalidParameterCombination(
      `The allocated storage of ${allocatedStorage} GiB is less than that of the DB snapshot: ${source.allocatedStorage} GiB.`,
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

/** The version of the snapshot, or the newest minor of its major where the origin has another one by now. */
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

/** Every member of the input, checked. All refusals come at once. */
function readMembers(
  input: Input,
  snapshot: Snapshot,
  { config, owner }: Pick<ActionContext, 'config' | 'owner'>,
  offered: readonly string[],
  groups: NamedGroups,
) {
  const { instance: source } = snapshot;
  const { masterUsername, dbName } = source;
  const members = checkAll({
    identifier: () => readIdentifier(input.DBInstanceIdentifier, config),
    snapshot: () => refuseRestoring(snapshot),
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
    attributes: () => readAttributes(input, defaultAttributes(input)),
    dbSubnetGroup: () => readSubnetGroup(input, groups) ?? null,
    // Those of the source where the request has none: CopyTagsToSnapshot of API_RestoreDBInstanceFromDBSnapshot.
    tags: () => addTags([], input.Tags?.length ? input.Tags : [...source.tags]),
    notOffered: () => refuseNotOffered(input),
  });
  return { ...members, masterUsername, dbName };
}

/** Records an instance that a workflow then makes of a snapshot. The snapshot stays, and its instance may be gone. */
export const restoreDBInstanceFromDBSnapshot = action(
  'RestoreDBInstanceFromDBSnapshot',
  async (input, context) => {
    const { inventory, config, owner, requestId, invocation } = context;
    if (config.backupRepository === undefined) throw notOffered('RestoreDBInstanceFromDBSnapshot');
    const [snapshot, groups, offered, defaultAuthority] = await Promise.all([
      requireSnapshot(required('DBSnapshotIdentifier', input.DBSnapshotIdentifier), context),
      findNamedGroups(input, inventory),
      inventory.engineVersions.list(),
      inventory.certificates.findDefault(),
    ]);
    const members = readMembers(input, snapshot, context, offered, groups);
    await refuseWithoutRoom(members, context);
    const answer = (created: Instance) => ({ DBInstance: toDBInstance(created, owner) });
    const instance = newInstance(members, input, { ...config, defaultAuthority });
    const { id, identifier } = snapshot;
    const call = { requestId, invocation, answer };
    return answer(await inventory.instances.restore(instance, { id, identifier }, call));
  },
);

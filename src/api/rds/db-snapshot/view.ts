import type { DBSnapshot } from '@aws-sdk/client-rds';
import type { Instance } from '../../../model/db-instance/instance.ts';
import { shownFigures } from '../../../model/db-instance/storage.ts';
import { type NewSnapshot, type Snapshot, snapshotOf } from '../../../model/db-snapshot/snapshot.ts';
import { defaultOptionGroup } from '../../../model/engine/engine-version.ts';
import type { Owner } from '../../../model/owner.ts';
import { resourceArn } from '../resource-arn.ts';

type ShownSnapshot = Omit<Snapshot, 'id' | 'operationId' | 'lineageId'>;

/** A snapshot that an operation has just begun to make. */
export function toNewDBSnapshot(instance: Instance, wanted: NewSnapshot, owner: Owner): DBSnapshot {
  return toDBSnapshot({ ...snapshotOf(instance, wanted), createdAt: new Date() }, owner);
}

/** The snapshot as RDS shows it. */
export function toDBSnapshot(
  { identifier, status, type, createdAt, instance, percentProgress, tags }: ShownSnapshot,
  owner: Owner,
): DBSnapshot {
  const { iops, storageThroughput } = shownFigures(instance, instance.allocatedStorage);
  const isMade = status !== 'creating';
  return {
    DBSnapshotIdentifier: identifier,
    DBInstanceIdentifier: instance.identifier,
    SnapshotCreateTime: isMade ? createdAt : undefined,
    OriginalSnapshotCreateTime: isMade ? createdAt : undefined,
    Engine: 'postgres',
    EngineVersion: instance.engineVersion,
    AllocatedStorage: instance.allocatedStorage,
    StorageType: instance.storageType,
    Iops: iops,
    StorageThroughput: storageThroughput,
    Status: status,
    Port: instance.port,
    AvailabilityZone: `${owner.region}a`,
    InstanceCreateTime: instance.availableAt ?? undefined,
    MasterUsername: instance.masterUsername,
    LicenseModel: 'postgresql-license',
    SnapshotType: type,
    SnapshotTarget: 'region',
    OptionGroupName: defaultOptionGroup(instance.engineVersion),
    PercentProgress: percentProgress,
    Encrypted: false,
    DBSnapshotArn: resourceArn({ kind: 'db-snapshot', name: identifier }, owner),
    IAMDatabaseAuthenticationEnabled: false,
    ProcessorFeatures: [],
    DbiResourceId: instance.dbiResourceId,
    TagList: [...tags],
    MultiTenant: false,
    DedicatedLogVolume: false,
  };
}

import type { DBSnapshot } from '@aws-sdk/client-rds';
import type { Config } from '../../../config/config.ts';
import type { Snapshot } from '../../../model/db-snapshot/snapshot.ts';
import { defaultOptionGroup } from '../../../model/engine/engine-version.ts';
import { regionOf, resourceArn } from '../resource-arn.ts';

/** The snapshot as RDS shows it. */
export function toDBSnapshot(
  { identifier, status, type, createdAt, instance }: Snapshot,
  config: Pick<Config, 'regions' | 'accountId'>,
): DBSnapshot {
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
    Status: status,
    Port: instance.port,
    AvailabilityZone: `${regionOf(config)}a`,
    InstanceCreateTime: instance.availableAt ?? undefined,
    MasterUsername: instance.masterUsername,
    LicenseModel: 'postgresql-license',
    SnapshotType: type,
    SnapshotTarget: 'region',
    OptionGroupName: defaultOptionGroup(instance.engineVersion),
    PercentProgress: isMade ? 100 : 0,
    Encrypted: false,
    DBSnapshotArn: resourceArn({ kind: 'db-snapshot', name: identifier }, config),
    IAMDatabaseAuthenticationEnabled: false,
    ProcessorFeatures: [],
    DbiResourceId: instance.dbiResourceId,
    TagList: [],
    MultiTenant: false,
    DedicatedLogVolume: false,
  };
}

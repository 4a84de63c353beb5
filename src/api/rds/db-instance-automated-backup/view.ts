import type { DBInstanceAutomatedBackup } from '@aws-sdk/client-rds';
import { formatArn } from '../../../model/arn.ts';
import type { Instance } from '../../../model/db-instance/instance.ts';
import { restoreWindowOf } from '../../../model/db-snapshot/point-in-time.ts';
import type { Snapshot } from '../../../model/db-snapshot/snapshot.ts';
import type { Owner } from '../../../model/owner.ts';
import { toDBInstance } from '../db-instance/view.ts';

/** The ARN of the automated backup of an instance. Its id follows from the DbiResourceId, so that it is the same for ever. */
export function automatedBackupArn(
  { dbiResourceId }: Pick<Instance, 'dbiResourceId'>,
  { region, accountId }: Owner,
): string {
  const name = dbiResourceId.toLowerCase().replace(/^db-/, 'ab-');
  return formatArn({ region, accountId, resourceType: 'auto-backup', name });
}

/**
 * The automated backup of an instance as RDS shows it: `creating` before the instance can be restored, then `active`.
 * @param automated the automated snapshots of the instance
 */
export function toAutomatedBackup(
  instance: Instance,
  automated: readonly Snapshot[],
  owner: Owner,
): DBInstanceAutomatedBackup {
  const shown = toDBInstance(instance, owner);
  const window = restoreWindowOf(instance, automated);
  return {
    DBInstanceArn: shown.DBInstanceArn,
    DbiResourceId: instance.dbiResourceId,
    Region: owner.region,
    DBInstanceIdentifier: instance.identifier,
    RestoreWindow: window && { EarliestTime: window.earliest, LatestTime: window.latest },
    AllocatedStorage: instance.allocatedStorage,
    Status: window ? 'active' : 'creating',
    Port: instance.port,
    AvailabilityZone: shown.AvailabilityZone,
    VpcId: shown.DBSubnetGroup?.VpcId,
    InstanceCreateTime: shown.InstanceCreateTime,
    MasterUsername: instance.masterUsername,
    Engine: shown.Engine,
    EngineVersion: instance.engineVersion,
    LicenseModel: shown.LicenseModel,
    Iops: shown.Iops,
    StorageThroughput: shown.StorageThroughput,
    OptionGroupName: shown.OptionGroupMemberships?.[0]?.OptionGroupName,
    // Every backup is encrypted, with a key of the instance that is no key of AWS KMS.
    Encrypted: false,
    StorageEncryptionType: 'none',
    StorageType: shown.StorageType,
    IAMDatabaseAuthenticationEnabled: false,
    BackupRetentionPeriod: instance.backupRetentionPeriod,
    PreferredBackupWindow: shown.PreferredBackupWindow,
    DBInstanceAutomatedBackupsArn: automatedBackupArn(instance, owner),
    DBInstanceAutomatedBackupsReplications: [],
    BackupTarget: 'region',
    MultiTenant: false,
    TagList: [],
    DedicatedLogVolume: false,
  };
}

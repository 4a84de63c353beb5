import type { DBInstanceAutomatedBackup } from '@aws-sdk/client-rds';
import { formatArn, parseArn } from '../../../model/arn.ts';
import type { Instance } from '../../../model/db-instance/instance.ts';
import { restoreWindowOf } from '../../../model/db-snapshot/point-in-time.ts';
import type { RetainedBackup } from '../../../model/db-snapshot/retained-backup.ts';
import { attributesOf, type Snapshot } from '../../../model/db-snapshot/snapshot.ts';
import type { Owner } from '../../../model/owner.ts';
import { showBackedUpInstance } from '../backed-up-instance.ts';
import { toDBInstance } from '../db-instance/view.ts';
import { resourceArn } from '../resource-arn.ts';

const ARN_TYPE = 'auto-backup';

/** The ARN of the automated backup of an instance. Its id follows from the DbiResourceId, so that it is the same for ever. */
export function automatedBackupArn(
  { dbiResourceId }: Pick<Instance, 'dbiResourceId'>,
  { region, accountId }: Owner,
): string {
  const name = dbiResourceId.toLowerCase().replace(/^db-/, 'ab-');
  return formatArn({ region, accountId, resourceType: ARN_TYPE, name });
}

/** The DbiResourceId of the instance whose automated backup has this ARN; undefined where the text is no such ARN. */
export function ownerOfBackup(text: string, { regions, accountId }: Owner): string | undefined {
  const arn = parseArn(text);
  const isOwn = arn && regions.includes(arn.region) && arn.accountId === accountId;
  const id = isOwn && arn.resourceType === ARN_TYPE && /^ab-([a-z0-9]+)$/i.exec(arn.name)?.[1];
  return id ? `db-${id.toUpperCase()}` : undefined;
}

/** What is shown of the backup of an instance, whether or not it exists. */
function showBackup(instance: Snapshot['instance'], owner: Owner): DBInstanceAutomatedBackup {
  return {
    ...showBackedUpInstance(instance, owner),
    DBInstanceArn: resourceArn({ kind: 'db-instance', name: instance.identifier }, owner),
    Region: owner.region,
    StorageEncryptionType: 'none',
    DBInstanceAutomatedBackupsArn: automatedBackupArn(instance, owner),
    DBInstanceAutomatedBackupsReplications: [],
    BackupTarget: 'region',
    TagList: [],
  };
}

function showWindow(
  backup: Pick<Instance, 'latestRestorableAt'>,
  automated: readonly Snapshot[],
): DBInstanceAutomatedBackup['RestoreWindow'] {
  const window = restoreWindowOf(backup, automated);
  return window && { EarliestTime: window.earliest, LatestTime: window.latest };
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
  const window = showWindow(instance, automated);
  return {
    ...showBackup(attributesOf(instance), owner),
    RestoreWindow: window,
    Status: window ? 'active' : 'creating',
    AvailabilityZone: shown.AvailabilityZone,
    VpcId: shown.DBSubnetGroup?.VpcId,
    OptionGroupName: shown.OptionGroupMemberships?.[0]?.OptionGroupName,
    BackupRetentionPeriod: instance.backupRetentionPeriod,
    PreferredBackupWindow: shown.PreferredBackupWindow,
  };
}

/**
 * The retained backup of an instance that is gone.
 * @param automated the automated snapshots of the instance
 */
export function toRetainedBackup(
  retained: RetainedBackup,
  automated: readonly Snapshot[],
  owner: Owner,
): DBInstanceAutomatedBackup {
  const shown = showBackup(retained.instance, owner);
  return {
    ...shown,
    RestoreWindow: showWindow(retained, automated),
    Status: 'retained',
    OptionGroupName: retained.optionGroupName ?? shown.OptionGroupName,
    BackupRetentionPeriod: retained.backupRetentionPeriod,
    PreferredBackupWindow: retained.preferredBackupWindow,
  };
}

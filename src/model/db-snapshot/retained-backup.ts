import type { Instance } from '../db-instance/instance.ts';
import { attributesOf, type Snapshot } from './snapshot.ts';

/** The automated backups of an instance that was deleted without them. */
export interface RetainedBackup {
  /** The instance as it was when it was deleted: what a restore needs of it. */
  readonly instance: Snapshot['instance'];
  /** Days: the retention period of the instance, after which the backups expire. */
  readonly backupRetentionPeriod: number;
  readonly preferredBackupWindow: string;
  /** Null for the default group. */
  readonly optionGroupName: string | null;
  /** The moment to which a restore can go at the latest. */
  readonly latestRestorableAt: Date;
  /** When the instance was gone. */
  readonly retainedAt: Date;
}

/** At most as many in one account and region: RDS's quota. */
export const RETAINED_BACKUP_QUOTA = 20;

/** What is kept of an instance whose backups are retained; undefined where no moment of it can be restored. */
export function retain(instance: Instance, retainedAt: Date): RetainedBackup | undefined {
  const { backupRetentionPeriod = 0, latestRestorableAt, optionGroupName = null, settings } = instance;
  if (backupRetentionPeriod === 0 || !latestRestorableAt) return undefined;
  const { preferredBackupWindow } = settings;
  return {
    instance: attributesOf(instance),
    ...{ backupRetentionPeriod, preferredBackupWindow, optionGroupName, latestRestorableAt, retainedAt },
  };
}

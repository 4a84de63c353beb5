import type { Instance } from '../db-instance/instance.ts';
import { invalidRestore, pointInTimeRestoreNotEnabled } from '../errors.ts';
import type { Snapshot } from './snapshot.ts';

/** The moments to which an instance can be restored. */
export interface RestoreWindow {
  readonly earliest: Date;
  readonly latest: Date;
}

type Backup = Pick<Snapshot, 'id' | 'identifier' | 'status' | 'createdAt'>;

// pgBackRest tells the second in which a backup ended.
const END_MS = 1000;

function endOf({ createdAt }: Pick<Backup, 'createdAt'>): number {
  return createdAt.getTime() + END_MS;
}

function availableOf<Each extends Backup>(automated: readonly Each[]): Each[] {
  return automated
    .filter(({ status }) => status === 'available')
    .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
}

/**
 * The moments to which the instance can be restored; undefined before its first automated backup.
 * @param automated its automated snapshots
 */
export function restoreWindowOf(
  { latestRestorableAt: latest }: Pick<Instance, 'latestRestorableAt'>,
  automated: readonly Backup[],
): RestoreWindow | undefined {
  const [first] = availableOf(automated);
  if (!first || !latest || latest.getTime() < endOf(first)) return undefined;
  return { earliest: new Date(endOf(first)), latest };
}

/**
 * The moment to restore to, and the last backup that ended before it.
 * @param automated the automated snapshots of the instance: the log has no gap since the oldest of them
 * @param asked the latest moment where it is absent
 * @throws pointInTimeRestoreNotEnabled, invalidRestore
 */
export function choosePointInTime<Each extends Backup>(
  instance: Pick<Instance, 'identifier' | 'backupRetentionPeriod' | 'latestRestorableAt'>,
  automated: readonly Each[],
  asked?: Date,
): { snapshot: Each; time: Date } {
  const { identifier, backupRetentionPeriod = 0 } = instance;
  if (backupRetentionPeriod === 0) throw pointInTimeRestoreNotEnabled(identifier);
  const window = restoreWindowOf(instance, automated);
  if (!window)
    throw invalidRestore(`The first automated backup of the DB instance ${identifier} is not made yet.`);
  const time = asked ?? window.latest;
  const snapshot = availableOf(automated).findLast((each) => endOf(each) <= time.getTime());
  if (!snapshot || time > window.latest) {
    throw invalidRestore(
      `The DB instance ${identifier} cannot be restored to ${time.toISOString()}. It can be restored to a time from ` +
        `${window.earliest.toISOString()} to ${window.latest.toISOString()}.`,
    );
  }
  return { snapshot, time };
}

import type { Instance } from '../db-instance/instance.ts';
import { latestStart, parseBackupWindow } from '../db-instance/window.ts';
import type { Snapshot } from './snapshot.ts';

const DAY_MS = 24 * 60 * 60_000;

type Retained = Pick<Instance, 'backupRetentionPeriod' | 'settings'>;
type Made = Pick<Snapshot, 'status' | 'createdAt'>;

/** The identifier of an automated snapshot that begins now: `rds:<instance>-YYYY-MM-DD-HH-MM` (UG USER_Tagging.ARN). */
export function automatedIdentifier(instance: string, now: Date): string {
  const [date = '', time = ''] = now.toISOString().split('T');
  return `rds:${instance}-${date}-${time.slice(0, 5).replace(':', '-')}`;
}

/**
 * Whether the instance needs an automated backup now: the first one at once, then one in each backup window.
 * @param automated the automated snapshots of the instance
 */
export function isBackupDue(
  { backupRetentionPeriod = 0, settings }: Retained,
  automated: readonly Made[],
  now: Date,
): boolean {
  if (backupRetentionPeriod === 0) return false;
  const made = automated.filter(({ status }) => status === 'available' || status === 'creating');
  if (made.length === 0) return true;
  const window = parseBackupWindow(settings.preferredBackupWindow);
  const start = window && latestStart(window, now);
  return start !== undefined && made.every(({ createdAt }) => createdAt < start);
}

/**
 * The automated snapshots that are of no use any more: of an instance that keeps none, or is gone without retained ones, those that failed, and
 * those whose next one is older than the retention period, because the next one restores to every moment of it.
 * @param automated the automated snapshots of one instance
 * @param instance the instance, or what is retained of it; undefined where both are gone
 */
export function findExpired<Each extends Made>(
  automated: readonly Each[],
  instance: Pick<Retained, 'backupRetentionPeriod'> | undefined,
  now: Date,
): Each[] {
  const { backupRetentionPeriod: days = 0 } = instance ?? {};
  const needed = now.getTime() - days * DAY_MS;
  const available = automated.filter(({ status }) => status === 'available');
  const isCovered = ({ createdAt }: Made) =>
    available.some((next) => next.createdAt > createdAt && next.createdAt.getTime() <= needed);
  return automated.filter((each) => {
    if (each.status === 'failed') return true;
    return each.status === 'available' && (days === 0 || isCovered(each));
  });
}

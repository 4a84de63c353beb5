import { AwsError } from './errors.ts';

/**
 * Whether the instance was deleted, or is held by an operation, or has a status that does not allow the
 * change. A round over many instances meets this when another change came first, and leaves the instance to
 * the next round.
 */
export function isGoneOrBusy(error: unknown): boolean {
  return isGone(error) || (error instanceof AwsError && error.code === 'InvalidDBInstanceState');
}

/** Whether the instance was deleted since it was read. */
export function isGone(error: unknown): boolean {
  return error instanceof AwsError && error.code === 'DBInstanceNotFound';
}

/** The same for a DB snapshot, also where another one has its identifier by now. */
export function isSnapshotGoneOrBusy(error: unknown): boolean {
  const codes = ['DBSnapshotNotFound', 'InvalidDBSnapshotState', 'DBSnapshotAlreadyExists'];
  return error instanceof AwsError && codes.includes(error.code);
}

import { AwsError } from './errors.ts';

/**
 * Whether an instance was deleted, or is held by an operation or in a status that does not allow the change: what a round
 * over many instances meets when somebody was faster, and leaves to the next round.
 */
export function isGoneOrBusy(error: unknown): boolean {
  return isGone(error) || (error instanceof AwsError && error.code === 'InvalidDBInstanceState');
}

/** Whether an instance was deleted since it was looked at. */
export function isGone(error: unknown): boolean {
  return error instanceof AwsError && error.code === 'DBInstanceNotFound';
}

import { ApplicationFailure } from '@temporalio/common';

/** The errors that activities throw on purpose, by their types in histories, in words for users of the API. */
export const activityFailures = {
  Configuration: 'Cornac is misconfigured; its operator finds the reason in the log of the worker',
  GuestSilent: 'its machine does not answer',
  DataDiskFull: 'its storage is full: allocate additional storage with ModifyDBInstance',
  Recovering: 'its PostgreSQL did not finish its recovery in time',
  NotReached: 'a step had no effect',
  NoRepository: 'it has no repository of backups',
  NoSnapshot: 'its DB snapshot does not exist',
  SourceAway: 'the source of the read replica does not run',
  NotReplicating: 'the read replica does not receive the changes of its source',
  NotHeld: 'another operation has taken over',
} as const satisfies Readonly<Record<string, string>>;

export type ActivityFailureType = keyof typeof activityFailures;

/** An error that ends the step. Its message is for the operator. */
export function finalFailure(type: ActivityFailureType, message: string, cause?: Error): ApplicationFailure {
  return ApplicationFailure.create({ message, type, nonRetryable: true, ...(cause && { cause }) });
}

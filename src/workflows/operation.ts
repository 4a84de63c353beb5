import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  rootCause,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { OperationRef, Plan } from '../model/operation.ts';
import { inventory } from './activities.ts';
import { createRunbook, type RunStep } from './steps.ts';

/** With what the last attempt said that came to an end. */
const outOfTime = ({ cause }: TimeoutFailure): string => {
  const last = cause instanceof ApplicationFailure ? `; before that: ${cause.message}` : '';
  return `no answer came in time${last}`;
};

/** Why it went wrong, for the event that every user of the API may read. What nobody foresaw stays in the history. */
const reasonOf = (error: unknown): string => {
  if (isCancellation(error)) return 'cancelled';
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure && cause.type === 'Unexpected') return 'internal error';
  if (cause instanceof TimeoutFailure) return outOfTime(cause);
  return rootCause(error) ?? 'internal error';
};

/**
 * What all operations have in common. The operation is taken from the inventory, the body does its steps, and however
 * they end the inventory hears of it: a failed or cancelled operation leaves the instance with the status that its
 * machine is found in, and its reason in an event.
 *
 * Does nothing when the operation has ended before, so a workflow that is started twice works once.
 */
export const operation = async (
  ref: OperationRef,
  body: (plan: Plan, step: RunStep) => Promise<void>,
): Promise<void> => {
  const step = createRunbook();
  try {
    const plan = await step('Take up the operation', inventory.beginOperation, ref);
    if (plan) await body(plan, step);
  } catch (error) {
    const reason = reasonOf(error);
    await CancellationScope.nonCancellable(() =>
      step('Record why it did not succeed', inventory.settleOperation, ref, reason),
    );
    // Temporal retries a workflow task for ever on any other kind of error.
    throw isCancellation(error) || error instanceof ActivityFailure
      ? error
      : ApplicationFailure.nonRetryable(reason, 'OperationFailed');
  }
};

import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  rootCause,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { OperationRef, Plan } from '../model/operation/operation.ts';
import type { SettleCode } from '../model/operation/settlement.ts';
import { inventory } from './activities.ts';
import { createRunbook, type RunStep } from './steps.ts';

/**
 * Why the operation failed, as a code. The failed step has written the reason into the inventory, which does
 * not trust what passes through the history.
 */
function settleCodeOf(error: unknown): SettleCode {
  if (isCancellation(error)) return 'cancelled';
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof TimeoutFailure) return 'timed-out';
  const isForeseen = cause instanceof ApplicationFailure && cause.type !== 'Unexpected';
  return isForeseen ? 'failed' : 'internal';
}

/** A history of 0.2 has the host among other members of the instance. */
function readPlan({ instance, ...plan }: Plan & { readonly instance?: Pick<Plan, 'host'> }): Plan {
  return {
    ...plan,
    ...(instance?.host !== undefined && { host: instance.host }),
  };
}

/**
 * The common part of all operations. It reads the operation from the inventory, runs the steps of the body,
 * and reports the end to the inventory in any case. A failed or cancelled operation leaves the instance with
 * the status in which its machine is found, and with the reason in an event.
 *
 * Does nothing when the operation has ended before, so a workflow that is started twice works once.
 */
export async function operation(
  ref: OperationRef,
  body: (plan: Plan, step: RunStep) => Promise<void>,
): Promise<void> {
  const step = createRunbook();
  try {
    const plan = await step('Take up the operation', inventory.beginOperation, ref);
    if (plan) await body(readPlan(plan), step);
  } catch (error) {
    const code = settleCodeOf(error);
    await CancellationScope.nonCancellable(() =>
      step('Record why it did not succeed', inventory.settleOperation, ref, code),
    );
    // Temporal retries a workflow task for ever on any other kind of error.
    throw isCancellation(error) || error instanceof ActivityFailure
      ? error
      : ApplicationFailure.nonRetryable(rootCause(error) ?? 'internal error', 'OperationFailed');
  }
}

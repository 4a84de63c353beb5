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
 * Why it went wrong, as a code: the failing step has written the reason into the inventory, and what goes through the
 * history is not believed there.
 */
function settleCodeOf(error: unknown): SettleCode {
  if (isCancellation(error)) return 'cancelled';
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof TimeoutFailure) return 'timed-out';
  const isForeseen = cause instanceof ApplicationFailure && cause.type !== 'Unexpected';
  return isForeseen ? 'failed' : 'internal';
}

/** A history of 0.2 has the host beside other members of the instance. */
function readPlan({ instance, ...plan }: Plan & { readonly instance?: Pick<Plan, 'host'> }): Plan {
  return {
    ...plan,
    ...(instance?.host !== undefined && { host: instance.host }),
  };
}

/**
 * What all operations have in common. The operation is taken from the inventory, the body does its steps, and however
 * they end the inventory hears of it: a failed or cancelled operation leaves the instance with the status that its
 * machine is found in, and its reason in an event.
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

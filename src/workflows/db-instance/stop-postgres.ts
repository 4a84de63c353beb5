import { ActivityFailure, isCancellation } from '@temporalio/workflow';
import type { OperationRef } from '../../model/operation/operation.ts';
import { guestAt } from '../activities.ts';
import type { RunStep } from '../steps.ts';

/**
 * Stops PostgreSQL where the guest allows it, before its machine is stopped. A guest that hangs must not
 * prevent that: the provider cuts the power if necessary, and PostgreSQL recovers from its WAL at the next
 * start.
 */
export async function stopPostgres(
  ref: OperationRef,
  host: string | undefined,
  step: RunStep,
): Promise<void> {
  try {
    await step('Stop PostgreSQL', guestAt(host).stopPostgres, ref);
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
  }
}

import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { rootCause } from '@temporalio/common';
import { oneLine } from '../system/one-line.ts';

/**
 * Why a run that has ended failed, for operators: the message of the error that its last step threw. Undefined
 * where the run did not fail. Any client of Temporal may have written it, so it is one line without control
 * characters.
 */
export async function readRunFailure(handle: Pick<WorkflowHandle, 'result'>): Promise<string | undefined> {
  try {
    await handle.result();
    return undefined;
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const reason = oneLine(rootCause(error.cause) ?? '');
    return reason === '' ? undefined : reason;
  }
}

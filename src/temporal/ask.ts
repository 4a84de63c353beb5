import type { Client } from '@temporalio/client';

const ANSWER_MS = 1_500;

/**
 * Returns when Temporal answers. `ensureConnected` of the connection is not used, because it repeats its
 * first result for ever.
 * @throws the error of the server or of the connection
 */
export async function askTemporal(temporal: Pick<Client, 'withDeadline' | 'workflowService'>): Promise<void> {
  await temporal.withDeadline(Date.now() + ANSWER_MS, () => temporal.workflowService.getSystemInfo({}));
}

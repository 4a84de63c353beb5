import type { Client } from '@temporalio/client';

const ANSWER_MS = 1_500;

/**
 * Whether Temporal answers now. Not by the connection's own `ensureConnected`, which tells for ever what it was told first.
 * @throws what the server or the way to it says
 */
export async function askTemporal(temporal: Pick<Client, 'withDeadline' | 'workflowService'>): Promise<void> {
  await temporal.withDeadline(Date.now() + ANSWER_MS, () => temporal.workflowService.getSystemInfo({}));
}

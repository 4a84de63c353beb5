import { Client, Connection } from '@temporalio/client';
import { connectTo, namespaceOf, type TemporalPlace } from './temporal.ts';

/** What every open workflow waits for, one line each. Shows the reason when a test waits. */
export async function describeOpenWorkflows(temporal: TemporalPlace): Promise<string> {
  const connection = await Connection.connect(connectTo(temporal));
  try {
    const { workflow } = new Client({ connection, ...namespaceOf(temporal) });
    const lines: string[] = [];
    for await (const { workflowId, runId, type } of workflow.list({ query: "ExecutionStatus = 'Running'" })) {
      const { raw } = await workflow.getHandle(workflowId, runId).describe();
      const steps = (raw.pendingActivities ?? []).map(
        ({ activityType, attempt, lastFailure }) =>
          `${activityType?.name}, attempt ${attempt}: ${lastFailure?.message ?? 'no failure'}`,
      );
      lines.push(`${type} ${workflowId}: ${steps.join('; ') || 'no step is open'}`);
    }
    return lines.join('\n') || 'no workflow is open';
  } finally {
    await connection.close();
  }
}

import { type Client, WorkflowNotFoundError } from '@temporalio/client';

/** The latest run under a Workflow Id. */
export interface Run {
  readonly runId: string;
  /** `RUNNING`, `COMPLETED`, `FAILED`, `CANCELLED`, `TERMINATED`, … */
  readonly status: string;
  /** The operation that it was started for. */
  readonly operationId: string | undefined;
}

/** The latest run on the instance, if Temporal (still) knows one. */
export const findLatestRun = async (temporal: Client, dbiResourceId: string): Promise<Run | undefined> => {
  try {
    const { runId, status, memo } = await temporal.workflow.getHandle(dbiResourceId).describe();
    const operationId = memo?.operationId;
    return {
      runId,
      status: status.name,
      operationId: typeof operationId === 'string' ? operationId : undefined,
    };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
};

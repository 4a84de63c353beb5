import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { Operation } from '../model/operation.ts';

/** The latest run under a Workflow Id. */
export interface Run {
  readonly runId: string;
  /** `RUNNING`, `COMPLETED`, `FAILED`, `CANCELLED`, `TERMINATED`, … */
  readonly status: string;
  /** Workflow type. */
  readonly type: string;
  readonly taskQueue: string;
  /** The operation that it says it was started for. */
  readonly operationId: string | undefined;
}

/**
 * Whether the run is the workflow of the operation. Any client of Temporal may start a workflow under an instance's id. A
 * run of another type, or in a queue that none of our workers polls, says nothing of the operation.
 */
export const isRunOf = (run: Run, { id, type }: Pick<Operation, 'id' | 'type'>, taskQueue: string): boolean =>
  run.operationId === id && run.type === type && run.taskQueue === taskQueue;

/** The latest run on the instance, if Temporal (still) knows one. */
export const findLatestRun = async (temporal: Client, dbiResourceId: string): Promise<Run | undefined> => {
  try {
    const { runId, status, memo, type, taskQueue } = await temporal.workflow
      .getHandle(dbiResourceId)
      .describe();
    const operationId = memo?.operationId;
    return {
      runId,
      status: status.name,
      type,
      taskQueue,
      operationId: typeof operationId === 'string' ? operationId : undefined,
    };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
};

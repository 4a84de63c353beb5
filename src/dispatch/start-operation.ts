import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdConflictPolicy,
  WorkflowNotFoundError,
} from '@temporalio/client';
import type { Operation } from '../model/operation.ts';
import { findLatestRun } from '../temporal/runs.ts';
import { dbInstanceAttribute } from '../temporal/search-attributes.ts';

// A Temporal that does not answer must not hold up the dispatcher for longer.
const DEADLINE_MS = 5_000;

export interface StartOptions {
  readonly temporal: Client;
  readonly taskQueue: string;
}

/**
 * Starts the workflow of an operation. Its Workflow Id is the instance's DbiResourceId and the conflict policy is
 * *fail*: Temporal itself sees to it that one operation at a time works on an instance.
 * @returns `false` when another operation has the instance; it is then told to give way where this one is a delete
 */
export const startOperation = (operation: Operation, options: StartOptions): Promise<boolean> =>
  options.temporal.withDeadline(Date.now() + DEADLINE_MS, () => start(operation, options));

const start = async (operation: Operation, { temporal, taskQueue }: StartOptions): Promise<boolean> => {
  const { id: operationId, dbiResourceId, identifier, type } = operation;
  try {
    await temporal.workflow.start(type, {
      workflowId: dbiResourceId,
      taskQueue,
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
      args: [{ operationId, dbiResourceId }],
      memo: { operationId },
      typedSearchAttributes: [{ key: dbInstanceAttribute, value: identifier }],
      staticSummary: `${type} ${identifier}`,
    });
    return true;
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  const latest = await findLatestRun(temporal, dbiResourceId);
  if (latest?.operationId === operationId) return true;
  if (latest?.status === 'RUNNING' && type === 'deleteDbInstance')
    await giveWay(temporal, dbiResourceId, latest.runId);
  return false;
};

/** Asks the run to stop at its next safe point. A run that has ended meanwhile is all we want. */
const giveWay = async (temporal: Client, workflowId: string, runId: string): Promise<void> => {
  try {
    await temporal.workflow.getHandle(workflowId, runId).cancel();
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
};

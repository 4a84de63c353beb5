import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdConflictPolicy,
  WorkflowNotFoundError,
} from '@temporalio/client';
import type { Inventory } from '../inventory/inventory.ts';
import type { Operation } from '../model/operation.ts';
import { findLatestRun, isRunOf } from '../temporal/runs.ts';
import { dbInstanceAttribute } from '../temporal/search-attributes.ts';
import { isSquatter } from './squatter.ts';

// A Temporal that does not answer must not hold up the dispatcher for longer.
const DEADLINE_MS = 5_000;

export interface StartOptions {
  readonly inventory: Pick<Inventory, 'operations'>;
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

const start = async (
  operation: Operation,
  { inventory, temporal, taskQueue }: StartOptions,
): Promise<boolean> => {
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
  if (latest && isRunOf(latest, operation, taskQueue)) return true;
  if (latest?.status !== 'RUNNING') return false;
  const handle = temporal.workflow.getHandle(dbiResourceId, latest.runId);
  if (await isSquatter(latest, { inventory, taskQueue, dbiResourceId }))
    await unlessEnded(handle.terminate('not the workflow of an open operation on this instance'));
  else if (type === 'deleteDbInstance') await unlessEnded(handle.cancel());
  return false;
};

/** A run that is asked to stop, at its next safe point or at once, and has ended meanwhile, is all we want. */
const unlessEnded = async (request: Promise<unknown>): Promise<void> => {
  try {
    await request;
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
};

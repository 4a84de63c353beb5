import { Context, log } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Caller } from '../model/operation/operation-steps.ts';
import { finalFailure } from './activity-failure.ts';

/** The workflow that calls the running activity. */
export function currentCaller(): Caller {
  const { workflowExecution, workflowType } = Context.current().info;
  return { workflowId: workflowExecution?.workflowId, workflowType };
}

/** Refuses a call. The error is the same whether or not the resource exists; the log has the reason. */
export function refuseCaller(reason: string): never {
  const { activityType } = Context.current().info;
  log.warn('a step was refused', { ...currentCaller(), activityType, reason });
  const failure = finalFailure('NotHeld', 'this workflow may not run this step now');
  // The lines of the stack would reveal which check failed.
  failure.stack = `${failure.name}: ${failure.message}`;
  throw failure;
}

const FOREIGN = 'AnotherInventory';

/**
 * Leaves an operation of another inventory to the workers of that inventory. They poll the same task queue,
 * and get the operation at another attempt. This costs the time of both Cornacs, so it is logged as an error.
 */
export function leaveToOthers(): never {
  const { taskQueue, activityType } = Context.current().info;
  const message = `another Cornac, with another inventory, uses the task queue ${taskQueue}`;
  log.error(`${message}: give each Cornac its own TEMPORAL_TASK_QUEUE`, { ...currentCaller(), activityType });
  throw ApplicationFailure.retryable(message, FOREIGN);
}

export function isLeftToOthers(error: unknown): error is ApplicationFailure {
  return error instanceof ApplicationFailure && error.type === FOREIGN;
}

/** Allows workflows of one type only. For activities that are harmless at any time and read no argument. */
export function requireWorkflowType(type: string): void {
  if (currentCaller().workflowType !== type) refuseCaller('it belongs to another workflow type');
}

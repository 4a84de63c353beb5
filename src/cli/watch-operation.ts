import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Operation } from '../model/operation/operation.ts';
import { describeRun, findLatestRun, isRunOf, type Run } from '../temporal/runs.ts';
import { readSteps, type WatchedStep } from '../temporal/steps.ts';

export interface WatchOptions {
  readonly temporal: Client;
  /** The workflow's id. */
  readonly dbiResourceId: string;
  /** The operation to wait for; absent: the latest run. */
  readonly operation?: Pick<Operation, 'id' | 'type'> | undefined;
  /** The task queue of its workflow: TEMPORAL_TASK_QUEUE. */
  readonly taskQueue: string;
  /** Whether the operation is still open. An operation that another one overtook may never get a run. */
  readonly isOpen: () => Promise<boolean>;
  readonly onStart?: (runId: string) => void;
  readonly onSteps: (steps: readonly WatchedStep[]) => void;
}

const POLL_MS = 200;
const DEADLINE_MS = 5_000;

/**
 * Follows the workflow of an operation. Where it has not started, waits for its start.
 * @returns the ended run; undefined when Temporal knows no run
 */
export async function watchOperation(options: WatchOptions): Promise<Run | undefined> {
  const { temporal, dbiResourceId, operation, taskQueue, isOpen, onStart, onSteps } = options;
  const withTimeout = <T>(call: () => Promise<T>) => temporal.withDeadline(Date.now() + DEADLINE_MS, call);
  const findRun = async () => {
    const run = await withTimeout(() => findLatestRun(temporal, dbiResourceId));
    if (run === undefined || operation === undefined) return run;
    return isRunOf(run, operation, taskQueue) ? run : undefined;
  };

  let run = await findRun();
  while (run === undefined) {
    if (operation === undefined || !(await isOpen())) return undefined;
    await delay(POLL_MS);
    run = await findRun();
  }
  onStart?.(run.runId);

  const { runId } = run;
  const handle = temporal.workflow.getHandle(dbiResourceId, runId);
  const describe = () => withTimeout(() => describeRun(temporal, dbiResourceId, runId));
  // Only a worker can answer the query. Without a worker the list is empty.
  const showSteps = async () => onSteps(await withTimeout(() => readSteps(handle)).catch(() => []));
  while (run.status === 'RUNNING') {
    await showSteps();
    await delay(POLL_MS);
    const now = await describe();
    if (now === undefined) return run;
    run = { ...run, status: now.status };
  }
  await showSteps();
  return run;
}

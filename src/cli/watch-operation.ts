import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Operation } from '../model/operation/operation.ts';
import { describeRun, findLatestRun, isRunOf, type Run } from '../temporal/runs.ts';
import { readSteps, type WatchedStep } from '../temporal/steps.ts';

export interface WatchOptions {
  readonly temporal: Client;
  /** The workflow's id. */
  readonly dbiResourceId: string;
  /** The operation to wait for; absent: whatever ran last. */
  readonly operation?: Pick<Operation, 'id' | 'type'> | undefined;
  /** Where its workflow runs: TEMPORAL_TASK_QUEUE. */
  readonly taskQueue: string;
  /** Whether the operation has not ended: one that another overtook may never get a run. */
  readonly isOpen: () => Promise<boolean>;
  readonly onStart?: (runId: string) => void;
  readonly onSteps: (steps: readonly WatchedStep[]) => void;
}

const POLL_MS = 200;
const DEADLINE_MS = 5_000;

/**
 * Follows the workflow of an operation, waiting for it where it has not started.
 * @returns how it ended; undefined when Temporal knows of none that ever ran
 */
export async function watchOperation(options: WatchOptions): Promise<Run | undefined> {
  const { temporal, dbiResourceId, operation, taskQueue, isOpen, onStart, onSteps } = options;
  const soon = <T>(call: () => Promise<T>) => temporal.withDeadline(Date.now() + DEADLINE_MS, call);
  const findRun = async () => {
    const run = await soon(() => findLatestRun(temporal, dbiResourceId));
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
  const describe = () => soon(() => describeRun(temporal, dbiResourceId, runId));
  // Only workers can answer; without one there is no news.
  const showSteps = async () => onSteps(await soon(() => readSteps(handle)).catch(() => []));
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

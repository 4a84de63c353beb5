import { setTimeout as delay } from 'node:timers/promises';
import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import type { Activities } from '../activities/activities.ts';
import { hostTaskQueue } from '../model/server/host-task-queue.ts';
import { aborted } from '../system/aborted.ts';
import { runTogether } from '../system/run-together.ts';
import { workflowSource } from './workflow-bundle.ts';

export interface WorkersOptions extends Pick<WorkerOptions, 'shutdownGraceTime' | 'shutdownForceTime'> {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly activities: Activities;
  /** The provider's: each has a task queue and a worker. */
  readonly hosts: readonly string[];
}

// Temporal's SDK keeps heartbeats back for most of the timeout that they are to prevent. Each of ours is sent.
export const HEARTBEAT_THROTTLE = '2 seconds';

// A host takes so many steps at once from this process: more machines would not boot sooner. When it hangs, no more
// than these hang with it.
const STEPS_OF_A_HOST = 20;

/**
 * The workers of one process: one for workflows and for steps that belong to no host, and one for the steps of each
 * host. Not yet running.
 */
export async function createWorkers({ hosts, taskQueue, ...shared }: WorkersOptions): Promise<Worker[]> {
  return [
    await Worker.create({
      ...shared,
      ...workflowSource(),
      taskQueue,
      maxHeartbeatThrottleInterval: HEARTBEAT_THROTTLE,
    }),
    ...(await Promise.all(
      hosts.map((host) =>
        Worker.create({
          ...shared,
          maxHeartbeatThrottleInterval: HEARTBEAT_THROTTLE,
          taskQueue: hostTaskQueue(taskQueue, host),
          maxConcurrentActivityTaskExecutions: STEPS_OF_A_HOST,
        }),
      ),
    )),
  ];
}

// What a failed worker may take to end, and how often one looks whether it has failed.
const FAILED_MS = 10_000;
const LOOK_MS = 1_000;

/**
 * Rejects some time after the worker has failed. The SDK then waits for tasks that nobody ends, such as those of a server whose
 * namespace is gone: its `run` never settles, and the process would go on without taking any work.
 */
async function whenFailed(worker: Worker, signal: AbortSignal): Promise<never> {
  while (worker.getState() !== 'FAILED') await delay(LOOK_MS, undefined, { signal });
  await delay(FAILED_MS, undefined, { signal });
  throw new Error('a worker has failed and does not end; the reason is in the log');
}

async function runWorkerUntil(worker: Worker, until: AbortSignal): Promise<void> {
  const ended = new AbortController();
  const running = worker.runUntil(aborted(until));
  const failed = whenFailed(worker, ended.signal);
  try {
    await Promise.race([running, failed]);
  } finally {
    ended.abort();
    // The other of the two ends later, and nobody waits for it.
    for (const other of [running, failed]) other.catch(() => {});
  }
}

/** Runs the workers until `signal` is aborted or one of them fails: they end together. @throws what ended the first */
export function runWorkers(workers: readonly Worker[], signal: AbortSignal): Promise<void> {
  return runTogether(
    workers.map((worker) => (until) => runWorkerUntil(worker, until)),
    signal,
  );
}

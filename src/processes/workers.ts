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
  /** The provider's hosts. Each host has a task queue and a worker. */
  readonly hosts: readonly string[];
}

// By default the SDK delays heartbeats for most of the heartbeat timeout. With this every heartbeat is sent.
export const HEARTBEAT_THROTTLE = '2 seconds';

// Steps of one host that this process runs at once. More machines would not boot faster, and a host that
// hangs holds no more steps than these.
const STEPS_OF_A_HOST = 20;

/**
 * The workers of one process, not yet running: one worker for workflows and for steps without a host, and one
 * worker for the steps of each host.
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

export interface FailureTimes {
  /** The time that a failed worker may take to end. */
  readonly failedMs: number;
  /** The interval of the checks for a failure. */
  readonly lookMs: number;
}

const FAILURE_TIMES: FailureTimes = { failedMs: 10_000, lookMs: 1_000 };

/**
 * Rejects `failedMs` after the worker has failed. The SDK waits for tasks that never end, such as those of a
 * server whose namespace is gone. Then `run` never settles, and the process would stay alive without taking
 * tasks.
 */
async function whenFailed(
  worker: Worker,
  { failedMs, lookMs }: FailureTimes,
  signal: AbortSignal,
): Promise<never> {
  while (worker.getState() !== 'FAILED') await delay(lookMs, undefined, { signal });
  await delay(failedMs, undefined, { signal });
  throw new Error('a failed worker does not end; its log has the reason');
}

async function runWorkerUntil(worker: Worker, times: FailureTimes, until: AbortSignal): Promise<void> {
  const ended = new AbortController();
  const running = worker.runUntil(aborted(until));
  const failed = whenFailed(worker, times, ended.signal);
  try {
    await Promise.race([running, failed]);
  } finally {
    ended.abort();
    // The other promise settles later. Its rejection is ignored.
    for (const other of [running, failed]) other.catch(() => {});
  }
}

/**
 * Runs the workers until `signal` is aborted or one of them fails. They end together.
 * @throws the first failure
 */
export function runWorkers(
  workers: readonly Worker[],
  signal: AbortSignal,
  times = FAILURE_TIMES,
): Promise<void> {
  return runTogether(
    workers.map((worker) => (until) => runWorkerUntil(worker, times, until)),
    signal,
  );
}

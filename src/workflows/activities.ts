import {
  ActivityCancellationType,
  type ActivityOptions,
  proxyActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities/activities.ts';
import type { BootstrapActivities } from '../activities/bootstrap.ts';
import { hostTaskQueue } from '../model/server/host-task-queue.ts';

// Every activity heartbeats by itself every few seconds (activities/activity.ts), so that the death of a
// worker is noticed after `heartbeatTimeout` and not after the longest time of a clone. While Temporal is
// unreachable for less than that, as in a failover of its database, no running step is started a second time.
const common = {
  heartbeatTimeout: '20 seconds',
  // A delete waits until the step that it interrupts has really stopped its work on the machine.
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
} as const;

/** Steps in the inventory: short, and retried as long as the inventory is unreachable. */
export const inventory = proxyActivities<Activities>({
  ...common,
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '500 ms', maximumInterval: '15 seconds' },
});

/** Steps of the reconciler. What one round cannot do, the next round may. */
export const reconciler = proxyActivities<Activities>({
  ...common,
  startToCloseTimeout: '4 minutes',
  scheduleToCloseTimeout: '5 minutes',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
});

// No limit for all attempts together, because Temporal would also count the time without any worker. A power
// cut over a weekend must not break a promise that was already given to a user.
const long = {
  ...common,
  startToCloseTimeout: '2 hours',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
} as const;

/** Steps of the bootstrap, which has its own worker. */
export const bootstrap = proxyActivities<BootstrapActivities>(long);

function queueOf(host: string | undefined) {
  return host === undefined ? {} : { taskQueue: hostTaskQueue(workflowInfo().taskQueue, host) };
}

/**
 * Steps at the provider and in the guest. They are long; `failure.ts` defines which errors are retried. They
 * use the queue of the host that has the instance's machine, if a host has it.
 */
export function machineAt(host: string | undefined) {
  return proxyActivities<Activities>({ ...long, ...queueOf(host) });
}

/**
 * The same for a guest that has worked before. It may hang. The steps count their failures themselves
 * (activities/activity.ts), so that the caller gets an error after ten of them; one attempt may run as long
 * as it heartbeats. Temporal's own limit is far higher, because attempts that find a server recovering, or
 * that Temporal has lost, do not count as failures.
 */
export function guestAt(host: string | undefined) {
  const steps = (options: Partial<ActivityOptions>) =>
    proxyActivities<Activities>({ ...long, ...options, ...queueOf(host) });
  const { startPostgres, restartPostgres, applyParameters, setMasterPassword, growDisk } = steps({
    retry: { ...long.retry, maximumAttempts: 5000 },
  });
  // Fewer, because a worker of 0.3 that runs the step after a downgrade does not count failures.
  const { stopPostgres } = steps({
    startToCloseTimeout: '15 minutes',
    retry: { ...long.retry, maximumAttempts: 30 },
  });
  return { startPostgres, restartPostgres, applyParameters, stopPostgres, setMasterPassword, growDisk };
}

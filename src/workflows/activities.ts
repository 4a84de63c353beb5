import {
  ActivityCancellationType,
  type ActivityOptions,
  proxyActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities/activities.ts';
import type { BootstrapActivities } from '../activities/bootstrap.ts';
import { hostTaskQueue } from '../model/server/host-task-queue.ts';

// Every activity heartbeats by itself every few seconds (activities/activity.ts), so that the death of a worker is
// seen after `heartbeatTimeout` and not after the longest time that a clone may take. A Temporal that is away for less
// than that, as in a failover of its database, begins no step a second time that is alive.
const common = {
  heartbeatTimeout: '20 seconds',
  // A delete waits until the step that it interrupts has really let go of the machine.
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
} as const;

/** Steps in the inventory: short, and retried for as long as it is away. */
export const inventory = proxyActivities<Activities>({
  ...common,
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '500 ms', maximumInterval: '15 seconds' },
});

/** Steps of the reconciler: what one round cannot do the next one may. */
export const reconciler = proxyActivities<Activities>({
  ...common,
  startToCloseTimeout: '4 minutes',
  scheduleToCloseTimeout: '5 minutes',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
});

// No limit of the whole: Temporal would count the time without any worker, and a power cut over the weekend must not
// make a lie of what was answered before.
const long = {
  ...common,
  startToCloseTimeout: '2 hours',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
} as const;

/** Steps of the bootstrap, which has a worker of its own. */
export const bootstrap = proxyActivities<BootstrapActivities>(long);

function queueOf(host: string | undefined) {
  return host === undefined ? {} : { taskQueue: hostTaskQueue(workflowInfo().taskQueue, host) };
}

/**
 * Steps at the provider and in the guest: long; `failure.ts` says which errors are worth another try. They wait in the
 * queue of the host that has the instance's machine, if one has it.
 */
export function machineAt(host: string | undefined) {
  return proxyActivities<Activities>({ ...long, ...queueOf(host) });
}

/**
 * The same for a guest that has worked before. It may hang. The steps count their failures themselves
 * (activities/activity.ts), so that the caller gets an error after ten of them; one attempt may run as long as it heartbeats.
 * Temporal's own limit is far above that, because attempts that find a server recovering, or that Temporal has lost, do
 * not count as failures.
 */
export function guestAt(host: string | undefined) {
  const steps = (options: Partial<ActivityOptions>) =>
    proxyActivities<Activities>({ ...long, ...options, ...queueOf(host) });
  const { startPostgres, restartPostgres, setMasterPassword, growDisk } = steps({
    retry: { ...long.retry, maximumAttempts: 5000 },
  });
  // Fewer, because a worker of 0.3 that has the step after a way back does not count.
  const { stopPostgres } = steps({
    startToCloseTimeout: '15 minutes',
    retry: { ...long.retry, maximumAttempts: 30 },
  });
  return { startPostgres, restartPostgres, stopPostgres, setMasterPassword, growDisk };
}

import { ActivityCancellationType, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../activities/activities.ts';
import { hostTaskQueue } from '../model/host-task-queue.ts';
import type { PlannedInstance } from '../model/operation.ts';

// Every activity heartbeats by itself every few seconds (activities/activity.ts), so that the death of a worker is
// seen after `heartbeatTimeout` and not after the longest time that a clone may take.
const common = {
  heartbeatTimeout: '10 seconds',
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

const long = {
  ...common,
  startToCloseTimeout: '2 hours',
  scheduleToCloseTimeout: '6 hours',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
} as const;

/** Steps at the provider and in the guest: long; `failure.ts` says which errors are worth another try. */
export const machine = proxyActivities<Activities>(long);

/** The same in the queue of the host that has the instance's machine, if one has it. */
export const machineOf = ({ host }: PlannedInstance): typeof machine =>
  host === undefined
    ? machine
    : proxyActivities<Activities>({ ...long, taskQueue: hostTaskQueue(workflowInfo().taskQueue, host) });

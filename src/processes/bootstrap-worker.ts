import { type NativeConnection, Worker } from '@temporalio/worker';
import { bootstrapActivities, type InventorySpec } from '../activities/bootstrap.ts';
import type { ActivityDeps } from '../activities/deps.ts';
import { inventoryAddress } from './open-inventory.ts';
import { HEARTBEAT_THROTTLE } from './workers.ts';
import { workflowSource } from './workflow-bundle.ts';

const GRACE = '2 seconds';
const FORCE = '5 seconds';

/** Its task queue, and also its Workflow Id: two Cornacs in one namespace have an inventory each. */
export function bootstrapQueue(taskQueue: string): string {
  return `${taskQueue}-bootstrap`;
}

/**
 * The worker of one `cornac bootstrap`, not yet running. It has the steps of the bootstrap alone, for the spec that this
 * process has: a workflow tells it when, never what.
 */
export function createBootstrapWorker(
  connection: NativeConnection,
  deps: Pick<ActivityDeps, 'config' | 'provider' | 'guest' | 'inventory'>,
  spec: InventorySpec,
): Promise<Worker> {
  const { namespace, taskQueue } = deps.config.temporal;
  const workflowId = bootstrapQueue(taskQueue);
  return Worker.create({
    connection,
    namespace,
    taskQueue: workflowId,
    // A step that is about to be done is let come to its end; one may wait for a host that hangs, whoever wants the end.
    shutdownGraceTime: GRACE,
    shutdownForceTime: FORCE,
    maxHeartbeatThrottleInterval: HEARTBEAT_THROTTLE,
    ...workflowSource(),
    activities: bootstrapActivities(deps, {
      spec,
      workflowId,
      findInventory: () => inventoryAddress(deps.config),
    }),
  });
}

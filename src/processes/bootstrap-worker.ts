import { type NativeConnection, Worker } from '@temporalio/worker';
import { bootstrapActivities, type InventorySpec } from '../activities/bootstrap.ts';
import type { ActivityDeps } from '../activities/deps.ts';
import { inventoryAddress } from './open-inventory.ts';
import { HEARTBEAT_THROTTLE } from './workers.ts';
import { workflowSource } from './workflow-bundle.ts';

const GRACE = '2 seconds';
const FORCE = '5 seconds';

/**
 * The task queue of the bootstrap, which is also its Workflow Id. It contains the installation's task queue,
 * so two installations in one namespace bootstrap an inventory each.
 */
export function bootstrapQueue(taskQueue: string): string {
  return `${taskQueue}-bootstrap`;
}

/**
 * The worker of one `cornac bootstrap`, not yet running. It has only the activities of the bootstrap. They
 * use the spec of this process, because a workflow decides when they run and never what they make.
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
    // A step that is almost done may finish. The time is short, because a step may wait for a hung host.
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

import { backupActivities } from './backup.ts';
import type { ActivityDeps } from './deps.ts';
import { guestActivities } from './guest.ts';
import { inventoryActivities } from './inventory.ts';
import { machineActivities } from './machine.ts';
import { createOperationActivities } from './operation-activity.ts';
import { placementActivities } from './placement.ts';
import { reconcileActivities } from './reconcile.ts';
import { replicaActivities } from './replica.ts';

/**
 * All steps of operations and of the reconciler, by their names in Temporal's history: never rename one that
 * has run. The steps of the bootstrap are in `bootstrapActivities`, because they have a worker of their own.
 */
export function createActivities(deps: ActivityDeps) {
  const operationActivities = createOperationActivities(deps);
  return {
    ...inventoryActivities(deps, operationActivities),
    ...machineActivities(deps, operationActivities),
    ...guestActivities(deps, operationActivities),
    ...placementActivities(deps, operationActivities),
    ...backupActivities(deps, operationActivities),
    ...replicaActivities(deps, operationActivities),
    ...reconcileActivities(deps),
  };
}

export type Activities = ReturnType<typeof createActivities>;

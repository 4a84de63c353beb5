import { bootstrapActivities } from './bootstrap.ts';
import type { ActivityDeps } from './deps.ts';
import { guestActivities } from './guest.ts';
import { inventoryActivities } from './inventory.ts';
import { machineActivities } from './machine.ts';
import { placementActivities } from './placement.ts';
import { reconcileActivities } from './reconcile.ts';

/** All steps of all workflows, by the name that Temporal's history has for them: never rename one that has run. */
export const createActivities = (deps: ActivityDeps) => ({
  ...inventoryActivities(deps),
  ...machineActivities(deps),
  ...guestActivities(deps),
  ...placementActivities(deps),
  ...reconcileActivities(deps),
  ...bootstrapActivities(deps),
});

export type Activities = ReturnType<typeof createActivities>;

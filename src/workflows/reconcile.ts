import { inventory } from './activities.ts';
import { createRunbook } from './steps.ts';

/** Compares promises, workflows and machines, and repairs or reports what differs. Run by a Schedule. */
export const reconcile = async (): Promise<void> => {
  const step = createRunbook();
  await step('Find operations without a workflow', inventory.reconcileOperations);
  await step('Find instances that are down', inventory.reconcileInstances);
  await step('Begin what waits for its maintenance window', inventory.beginMaintenance);
  await step('Remove what has outlived its use', inventory.pruneInventory);
};

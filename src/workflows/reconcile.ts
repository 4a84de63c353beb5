import { ActivityFailure, isCancellation } from '@temporalio/workflow';
import { reconciler } from './activities.ts';
import { createRunbook } from './steps.ts';

/** Compares promises, workflows and machines, and repairs or reports the differences. A Schedule runs it. */
export async function reconcile(): Promise<void> {
  const step = createRunbook();
  const failures: ActivityFailure[] = [];
  /** An unreachable provider must not prevent the search for lost operations. */
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
      failures.push(error);
    }
  };
  await attempt(() => step('Find operations without a workflow', reconciler.reconcileOperations));
  await attempt(() => step('Find instances that are down', reconciler.reconcileInstances));
  await attempt(() => step('Begin what waits for its maintenance window', reconciler.beginMaintenance));
  await attempt(() => step('Remove what has outlived its use', reconciler.pruneInventory));
  const [failure] = failures;
  if (failure) throw failure;
}

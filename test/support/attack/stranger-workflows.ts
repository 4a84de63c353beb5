import { ActivityFailure, ApplicationFailure, proxyActivities, sleep } from '@temporalio/workflow';

/** One call of an activity of Cornac. */
export interface Attempt {
  readonly activity: string;
  readonly taskQueue: string;
  readonly args: readonly unknown[];
}

export interface Outcome {
  readonly activity: string;
  /** The result of the activity; absent where it failed. */
  readonly result?: unknown;
  readonly failure?: { readonly type: string; readonly message: string };
}

type Any = Record<string, (...args: unknown[]) => Promise<unknown>>;

async function call({ activity, taskQueue, args }: Attempt): Promise<Outcome> {
  const proxy = proxyActivities<Any>({
    taskQueue,
    startToCloseTimeout: '1 minute',
    scheduleToCloseTimeout: '2 minutes',
    retry: { maximumAttempts: 1 },
  });
  try {
    return { activity, result: (await proxy[activity]?.(...args)) ?? null };
  } catch (error) {
    const cause = error instanceof ActivityFailure ? error.cause : error;
    const type = cause instanceof ApplicationFailure ? (cause.type ?? '') : '';
    return { activity, failure: { type, message: String((cause as Error).message) } };
  }
}

/**
 * Calls activities of Cornac from a workflow of a stranger. Without attempts it only holds its Workflow Id.
 */
export async function evil(attempts?: readonly Attempt[]): Promise<readonly Outcome[]> {
  if (attempts) return Promise.all(attempts.map(call));
  await sleep('1 hour');
  return [];
}

// Exported under the names of Cornac's own workflows.
export {
  evil as applyDbParameters,
  evil as bootstrapInventory,
  evil as createDbInstance,
  evil as createDbSnapshot,
  evil as createReadReplica,
  evil as deleteDbInstance,
  evil as deleteDbSnapshot,
  evil as modifyDbInstance,
  evil as promoteReadReplica,
  evil as rebootDbInstance,
  evil as reconcile,
  evil as recoverDbInstance,
  evil as restoreDbInstance,
  evil as startDbInstance,
  evil as stopDbInstance,
};

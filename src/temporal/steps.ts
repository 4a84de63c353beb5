import type { WorkflowHandle } from '@temporalio/client';
import type { Step } from '../workflows/steps.ts';

/** A step as one watches it: with the trouble it has, where it is being tried again. */
export interface WatchedStep extends Step {
  /** Why the last attempt failed, and which attempt this is. */
  readonly retry?: { readonly attempt: number; readonly reason: string };
}

/**
 * The steps of a workflow so far. Empty while no worker is there to tell.
 * @throws when Temporal cannot be reached, or there is no such workflow
 */
export const readSteps = async (handle: WorkflowHandle): Promise<WatchedStep[]> => {
  const [steps, { raw }] = await Promise.all([
    handle.query<Step[]>('steps').catch(() => []),
    handle.describe(),
  ]);
  const pending = raw.pendingActivities?.[0];
  const reason = pending?.lastFailure?.message;
  if (!reason) return steps;
  const retry = { attempt: pending.attempt ?? 1, reason };
  return steps.map((step) => (step.state === 'running' ? { ...step, retry } : step));
};

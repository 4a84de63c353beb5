import type { WorkflowHandle } from '@temporalio/client';
import type { Step } from '../workflows/steps.ts';

/** A step as one watches it: with the trouble it has, where it is being tried again. */
export interface WatchedStep extends Step {
  /** Why the last attempt failed, and which attempt this is. */
  readonly retry?: { readonly attempt: number; readonly reason: string };
}

const STATES: readonly unknown[] = ['running', 'done', 'failed'] satisfies Step['state'][];
const MOST_STEPS = 100;
const LONGEST = 300;

/** Text that may be anybody's, fit for a terminal: one line, with no character that a terminal would obey. */
const harmless = (text: string): string => text.slice(0, LONGEST).replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ');

const isStep = (value: unknown): value is Step => {
  if (!(value instanceof Object)) return false;
  const { name, state, startedAt, endedAt } = value as Record<string, unknown>;
  return (
    typeof name === 'string' &&
    STATES.includes(state) &&
    Number.isFinite(startedAt) &&
    (endedAt === undefined || Number.isFinite(endedAt))
  );
};

/** The answer to the query. Any client of Temporal may have given it, by a worker of its own in our queue. */
const readAnswer = (answer: unknown): Step[] =>
  (Array.isArray(answer) ? answer : [])
    .filter(isStep)
    .slice(0, MOST_STEPS)
    .map(({ name, state, startedAt, endedAt }) => ({
      name: harmless(name),
      state,
      startedAt,
      ...(endedAt !== undefined && { endedAt }),
    }));

/**
 * The steps of a workflow so far. Empty while no worker is there to tell.
 * @throws when Temporal cannot be reached, or there is no such workflow
 */
export const readSteps = async (handle: WorkflowHandle): Promise<WatchedStep[]> => {
  const [answer, { raw }] = await Promise.all([
    handle.query<unknown>('steps').catch(() => []),
    handle.describe(),
  ]);
  const steps = readAnswer(answer);
  const pending = raw.pendingActivities?.[0];
  const reason = pending?.lastFailure?.message;
  if (!reason) return steps;
  const retry = { attempt: pending.attempt ?? 1, reason: harmless(reason) };
  return steps.map((step) => (step.state === 'running' ? { ...step, retry } : step));
};

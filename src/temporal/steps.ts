import type { WorkflowHandle } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import type { Step } from '../model/operation/step.ts';
import { oneLine } from '../system/one-line.ts';
import { readPayload } from './payload.ts';

/** A step with the reason of its retry and with its present activity. */
export interface WatchedStep extends Step {
  /** Why the last attempt failed, and which attempt this is. */
  readonly retry?: { readonly attempt: number; readonly reason: string };
  /** What the step does or waits for now. */
  readonly now?: string;
}

const STATES: readonly unknown[] = ['running', 'done', 'failed'] satisfies Step['state'][];
const MAX_STEPS = 100;
/** `temporal.api.enums.v1.PendingActivityState` */
const SCHEDULED = 1;

function isStep(value: unknown): value is Step {
  if (!(value instanceof Object)) return false;
  const { name, state, startedAt, endedAt } = value as Record<string, unknown>;
  return (
    typeof name === 'string' &&
    STATES.includes(state) &&
    Number.isFinite(startedAt) &&
    (endedAt === undefined || Number.isFinite(endedAt))
  );
}

/** Checks the answer to the query, because another client's worker in our task queue may have given it. */
function readAnswer(answer: unknown): Step[] {
  return (Array.isArray(answer) ? answer : [])
    .filter(isStep)
    .slice(0, MAX_STEPS)
    .map(({ name, state, startedAt, endedAt }) => ({
      name: oneLine(name),
      state,
      startedAt,
      ...(endedAt !== undefined && { endedAt }),
    }));
}

/** The message in an activity's heartbeat, see activities/activity.ts. */
function readMessage(heartbeat: Payload | null | undefined): string {
  const details = heartbeat ? readPayload(heartbeat) : undefined;
  const message = details instanceof Object && 'message' in details ? details.message : '';
  return typeof message === 'string' ? oneLine(message) : '';
}

/**
 * The steps of a workflow so far. Empty while no worker answers.
 * @throws when Temporal is unreachable or does not know the workflow
 */
export async function readSteps(handle: WorkflowHandle): Promise<WatchedStep[]> {
  const [answer, { raw }] = await Promise.all([
    handle.query<unknown>('steps').catch(() => []),
    handle.describe(),
  ]);
  const steps = readAnswer(answer);
  const pending = raw.pendingActivities?.[0];
  if (!pending) return steps;
  // A step that waits for its next attempt does nothing now.
  const now = pending.state === SCHEDULED ? '' : readMessage(pending.heartbeatDetails?.payloads?.[0]);
  const reason = pending.lastFailure?.message;
  const retry = reason && { retry: { attempt: pending.attempt ?? 1, reason: oneLine(reason) } };
  return steps.map((step) => (step.state === 'running' ? { ...step, ...retry, ...(now && { now }) } : step));
}

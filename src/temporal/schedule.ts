import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleDescription,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import type { Config } from '../config/config.ts';
import { TaskQueueTaken } from './task-queue-taken.ts';

const MINUTE = 60_000;
const INTERVAL_MS = 2 * MINUTE;
/** Longer than the steps of a round may take. */
const ROUND_MS = 30 * MINUTE;
/** Several rounds in a row that did not come. A server that was away for as long has the next one come soon, too. */
const SILENT_MS = 5 * INTERVAL_MS;

/** What the Schedule of a task queue is to be. The memo says whose it is: two inventories must not share a queue. */
function wantedSchedule(taskQueue: string, inventoryId: string) {
  return {
    spec: { intervals: [{ every: INTERVAL_MS, offset: 0 }] },
    // Missed while Temporal was down: the next one sees everything anyway.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: MINUTE, pauseOnFailure: false },
    action: {
      type: 'startWorkflow' as const,
      workflowType: 'reconcile',
      workflowId: `${taskQueue}-reconcile`,
      taskQueue,
      args: [],
      memo: { inventoryId },
      // The next round waits for this one, and who has answered its tasks nobody knows.
      workflowExecutionTimeout: ROUND_MS,
      staticSummary: 'Compare promises, workflows and machines',
    },
  };
}

type Comparable = Pick<ScheduleDescription, 'spec' | 'policies'> & {
  readonly action: Partial<ScheduleDescription['action']>;
  readonly state?: ScheduleDescription['state'];
};

/** All that a Schedule is, but for whether a person has paused it, in a form to compare. */
function fingerprint({ spec, policies, action, state }: Comparable): string {
  const { intervals = [], calendars = [], skip = [], startAt, endAt, jitter } = spec;
  const {
    workflowType,
    workflowId,
    taskQueue,
    args = [],
    memo,
    workflowExecutionTimeout,
    staticSummary,
  } = action;
  return JSON.stringify([
    intervals.map(({ every, offset }) => [every, offset || 0]),
    [calendars.length, skip.length, startAt, endAt, jitter || 0, state?.remainingActions],
    [policies.overlap, policies.catchupWindow, policies.pauseOnFailure],
    [workflowType, workflowId, taskQueue, args.length, memo?.inventoryId],
    [workflowExecutionTimeout, staticSummary],
  ]);
}

/** Whose a Schedule says that it is. One of Cornac 0.3 says nothing. */
function ownerOf({ action }: ScheduleDescription): string | undefined {
  const { inventoryId } = action.memo ?? {};
  return typeof inventoryId === 'string' ? inventoryId : undefined;
}

/** Whether a Schedule that should start rounds has started none for so long; the one that it started last may take its time. */
function isSilent({ state, info }: ScheduleDescription, silentMs: number): boolean {
  if (state.paused) return false;
  const times = [info.createdAt, info.lastUpdatedAt, ...info.recentActions.map(({ takenAt }) => takenAt)];
  const last = Math.max(...times.map((time) => time?.getTime() ?? 0));
  return Date.now() - last > silentMs + (info.runningActions.length > 0 ? ROUND_MS : 0);
}

/**
 * Ensures that the Schedule of the reconciler exists and is as this version wants it: a deleted Schedule is made again, the
 * Schedule of an earlier version is updated. It stays paused where a person has paused it. Its id contains the task queue, so
 * installations that share a namespace do not collide; a renamed queue leaves the old Schedule behind.
 * A Schedule that starts nothing any more is woken, because Temporal may lose a Schedule's timer without a word
 * (temporalio/temporal, issue 11869).
 * @returns what was done
 * @throws TaskQueueTaken when the Schedule is that of another inventory, unless it is to be taken over
 */
export async function ensureReconcileSchedule(
  temporal: Client,
  settings: Config['temporal'],
  inventoryId: string,
  {
    takeOver = false,
    silentMs = SILENT_MS,
  }: { readonly takeOver?: boolean; readonly silentMs?: number } = {},
): Promise<'made' | 'changed' | 'woken' | 'found'> {
  const { taskQueue } = settings;
  const wanted = wantedSchedule(taskQueue, inventoryId);
  const scheduleId = `${taskQueue}-reconcile`;
  const handle = temporal.schedule.getHandle(scheduleId);
  const found = await handle.describe().catch((error) => {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  });
  if (found) {
    const owner = ownerOf(found);
    if (owner !== undefined && owner !== inventoryId && !takeOver) {
      throw new TaskQueueTaken(settings, scheduleId);
    }
    if (fingerprint(found) === fingerprint(wanted)) {
      if (!isSilent(found, silentMs)) return 'found';
      // Whatever is asked of it makes it set its timer anew.
      await handle.trigger(ScheduleOverlapPolicy.SKIP);
      return 'woken';
    }
    await handle.update(({ state: { paused, note } }) => ({
      ...wanted,
      state: { paused, ...(note !== undefined && { note }) },
    }));
    return 'changed';
  }
  try {
    await temporal.schedule.create({ scheduleId, ...wanted });
    return 'made';
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    // Another worker was faster. Whose it is must be seen.
    return ensureReconcileSchedule(temporal, settings, inventoryId, { takeOver });
  }
}

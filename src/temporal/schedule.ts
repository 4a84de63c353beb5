import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleDescription,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import type { Config } from '../config/config.ts';
import { createSilenceWatch, type SilenceWatch } from './silence.ts';
import { TaskQueueTaken } from './task-queue-taken.ts';

const MINUTE = 60_000;
const INTERVAL_MS = 2 * MINUTE;
/** Longer than the steps of a round may take. */
const ROUND_MS = 30 * MINUTE;
/** Several missed rounds in a row. After an outage of this length the next round comes early, without harm. */
const SILENT_MS = 5 * INTERVAL_MS;

/** The wanted Schedule of a task queue. The memo names its inventory: two inventories must not share a queue. */
function wantedSchedule(taskQueue: string, inventoryId: string) {
  return {
    spec: { intervals: [{ every: INTERVAL_MS, offset: 0 }] },
    // Rounds that were missed while Temporal was down are not caught up, because the next round sees everything.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: MINUTE, pauseOnFailure: false },
    action: {
      type: 'startWorkflow' as const,
      workflowType: 'reconcile',
      workflowId: `${taskQueue}-reconcile`,
      taskQueue,
      args: [],
      memo: { inventoryId },
      // A round that never ends would block all later rounds. Any client of Temporal may take its tasks.
      workflowExecutionTimeout: ROUND_MS,
      staticSummary: 'Compare promises, workflows and machines',
    },
  };
}

type Comparable = Pick<ScheduleDescription, 'spec' | 'policies'> & {
  readonly action: Partial<ScheduleDescription['action']>;
  readonly state?: ScheduleDescription['state'];
};

/** All properties of a Schedule except its pause, in a form for comparison. */
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

/** The inventory that the Schedule's memo names. A Schedule of Cornac 0.3 names none. */
function ownerOf({ action }: ScheduleDescription): string | undefined {
  const { inventoryId } = action.memo ?? {};
  return typeof inventoryId === 'string' ? inventoryId : undefined;
}

/** Notices when the Schedule of the reconciler has stopped starting rounds. */
export function watchForSilence(now?: () => number): SilenceWatch {
  return createSilenceWatch({ silentMs: SILENT_MS, roundMs: ROUND_MS }, now);
}

/**
 * Ensures that the Schedule of the reconciler exists and is as this version wants it. A deleted Schedule is
 * made again, the Schedule of an earlier version is updated. A Schedule that a person has paused stays
 * paused. Its id contains the task queue, so installations that share a namespace do not collide; a renamed
 * queue leaves the old Schedule behind. A Schedule that has stopped starting rounds according to `silence` is
 * woken, because Temporal may lose a Schedule's timer without an error (temporalio/temporal, issue 11869).
 * @returns what was done
 * @throws TaskQueueTaken when the Schedule belongs to another inventory, unless `takeOver` is set
 */
export async function ensureReconcileSchedule(
  temporal: Client,
  settings: Config['temporal'],
  inventoryId: string,
  { takeOver = false, silence }: { readonly takeOver?: boolean; readonly silence?: SilenceWatch } = {},
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
      if (!silence?.isSilent(found)) return 'found';
      // Any request makes the Schedule set its timer again.
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
    // Another worker was faster, perhaps with another inventory: its Schedule must be checked.
    return ensureReconcileSchedule(temporal, settings, inventoryId, { takeOver });
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { within } from '../system/deadline.ts';
import { ensureReconcileSchedule, watchForSilence } from '../temporal/schedule.ts';
import type { SilenceWatch } from '../temporal/silence.ts';
import { TaskQueueTaken } from '../temporal/task-queue-taken.ts';

export interface ScheduleDeps {
  readonly inventory: Pick<Inventory, 'identify'>;
  readonly temporal: Client;
  readonly settings: Config['temporal'];
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
}

const PAUSE_MS = 60_000;
const ANSWER_MS = 10_000;
// An inventory that hangs delays the start of a worker by this time at most.
const CLAIM_MS = 5_000;
/** A lasting failure is logged again after this time. */
const REPEAT_LOG_MS = 5 * 60_000;

async function ensure(
  { inventory, temporal, settings, log }: ScheduleDeps,
  silence?: SilenceWatch,
): Promise<void> {
  const inventoryId = await inventory.identify();
  const done = await temporal.withDeadline(Date.now() + ANSWER_MS, () =>
    ensureReconcileSchedule(temporal, settings, inventoryId, silence && { silence }),
  );
  const { taskQueue } = settings;
  if (done === 'woken') {
    log.warn({ taskQueue }, 'the Schedule of the reconciler had not run for a long time, and was triggered');
  } else if (done !== 'found') {
    log.info({ taskQueue }, `the Schedule of the reconciler was ${done}`);
  }
}

/**
 * Checks, before a worker takes tasks, that the task queue belongs to this inventory. While the inventory or
 * Temporal is down the worker starts without the check, because its steps refuse another inventory's
 * operations.
 * @throws TaskQueueTaken
 */
export async function claimTaskQueue(deps: ScheduleDeps, claimMs = CLAIM_MS): Promise<void> {
  const look = async (): Promise<true> => {
    await ensure(deps);
    return true;
  };
  try {
    if (!(await within(claimMs, look))) {
      deps.log.warn(
        `cannot determine within ${claimMs} ms whether the task queue belongs to this inventory; the worker starts, and checks again`,
      );
    }
  } catch (err) {
    if (err instanceof TaskQueueTaken) throw err;
    deps.log.warn({ err }, 'cannot maintain the Schedule of the reconciler yet');
  }
}

/**
 * Keeps the Schedule of the reconciler as `ensureReconcileSchedule` makes it, until `signal` is aborted.
 * @throws TaskQueueTaken when the Schedule belongs to another inventory; the worker must end then
 */
export async function keepSchedule(
  deps: ScheduleDeps,
  signal: AbortSignal,
  pauseMs = PAUSE_MS,
): Promise<void> {
  const silence = watchForSilence();
  let loggedAt = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    await delay(pauseMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    try {
      await ensure(deps, silence);
      loggedAt = Number.NEGATIVE_INFINITY;
    } catch (err) {
      if (err instanceof TaskQueueTaken) throw err;
      if (Date.now() - loggedAt < REPEAT_LOG_MS) continue;
      loggedAt = Date.now();
      deps.log.error({ err }, 'cannot maintain the Schedule of the reconciler');
    }
  }
}

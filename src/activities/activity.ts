import { CancelledFailure, Context } from '@temporalio/activity';
import { ApplicationFailure, type Duration } from '@temporalio/common';
import { GuestBusy } from '../guest/busy.ts';
import { typesWith } from '../model/operation/operation-types.ts';
import { type Progress, ProviderError, type ProviderErrorCode } from '../providers/provider.ts';
import { oneLine } from '../system/one-line.ts';
import { finalFailure } from './activity-failure.ts';
import { isLeftToOthers } from './caller.ts';
import { isUnexpected, toFailure } from './failure.ts';
import { type Recovery, readRecovery, waitOn } from './recovery.ts';

// A fraction of the workflows' heartbeat timeout, so that Temporal may be unreachable for the rest of it.
const HEARTBEAT_MS = 3_000;
// After this share of its time an attempt may be ended at any moment, and could then not count itself as a
// failure.
const LATE_SHARE = 0.9;

interface Heartbeat {
  readonly message?: string;
  /** The number of attempts with an unexpected failure. Workers of other versions read this name. */
  readonly unforeseen?: number;
  /** The number of attempts that have failed, or nearly ran out of time. */
  readonly failures?: number;
  readonly recovery?: Recovery;
}

// A guest that has worked before may hang now, and the caller must get an error then. Temporal does not count
// these attempts correctly: an attempt that finds a server recovering is no failure, nor is one that ends
// with its worker or in an outage of Temporal.
const mostFailures: ReadonlyMap<string, number> = new Map([
  ['startPostgres', 10],
  ['restartPostgres', 10],
  ['applyParameters', 10],
  ['setMasterPassword', 10],
  ['growDisk', 10],
  // The machine is shut down next, which also stops PostgreSQL.
  ['stopPostgres', 3],
]);
const newGuests: readonly string[] = [...typesWith(({ makes }) => makes === true), 'bootstrapInventory'];
function mostFailuresOf({ activityType, workflowType }: Context['info']): number {
  return newGuests.includes(workflowType ?? '')
    ? Number.POSITIVE_INFINITY
    : (mostFailures.get(activityType) ?? Number.POSITIVE_INFINITY);
}

const MAX_COUNT = 10_000;

/** The same failure, without another attempt. */
function asLast({ message, type, details, stack }: ApplicationFailure): ApplicationFailure {
  const last = ApplicationFailure.nonRetryable(message, type, ...(details ?? []));
  if (stack) last.stack = stack;
  return last;
}

// During the pause another machine uses the slot.
const RECOVERY_PAUSE = '20 seconds';
const TRANSIENT_PAUSE: Partial<Record<ProviderErrorCode, Duration>> = {
  StorageFull: RECOVERY_PAUSE,
  MachineBusy: '1 minute',
};

/**
 * A count in the heartbeat of the previous attempt. Any client of Temporal may have sent that heartbeat, so
 * only a bounded number is read from it. A wrong count makes a step give up early or late.
 */
function readCount(details: unknown, name: 'unforeseen' | 'failures'): number {
  const count = details instanceof Object ? (details as Record<string, unknown>)[name] : 0;
  return typeof count === 'number' && count > 0 ? Math.min(Math.floor(count), MAX_COUNT) : 0;
}

function readHeartbeat(details: unknown): Heartbeat {
  const recovery = readRecovery((details as { recovery?: unknown } | undefined)?.recovery, Date.now());
  return {
    unforeseen: readCount(details, 'unforeseen'),
    failures: readCount(details, 'failures'),
    ...(recovery && { recovery }),
  };
}

function createProgress(context: Context) {
  let last = readHeartbeat(context.info.heartbeatDetails);
  const before = last.failures ?? 0;
  const lateAt = Date.now() + LATE_SHARE * context.info.startToCloseTimeoutMs;
  const beat = () => {
    if (Date.now() > lateAt) last = { ...last, failures: before + 1 };
    context.heartbeat(last);
  };
  const progress: Progress = {
    signal: context.cancellationSignal,
    report(message) {
      // A guest has written part of the message, and the size of a heartbeat must be limited.
      last = { ...last, message: oneLine(message) };
      beat();
    },
  };
  /** Counts an unexpected failure, and stores the count for the next attempt. */
  const countUnexpected = (): number => {
    const unexpected = (last.unforeseen ?? 0) + 1;
    last = { ...last, unforeseen: unexpected };
    beat();
    return unexpected;
  };
  const most = mostFailuresOf(context.info);
  const isExhausted = (): boolean => before >= most;
  /** @returns whether this failure was the last that is allowed */
  const countFailure = (): boolean => {
    last = { ...last, failures: before + 1 };
    beat();
    return before + 1 >= most;
  };
  /** The failure of an attempt that found the server recovering. No slot waits until the next attempt. */
  const recoveringFailure = ({ message, report }: GuestBusy): ApplicationFailure => {
    const { recovery, isOver } = waitOn(last.recovery, report, Date.now());
    last = { ...last, recovery };
    beat();
    if (isOver) {
      return finalFailure('Recovering', `recovery did not finish in time: ${message}`);
    }
    return ApplicationFailure.create({ message, type: 'Recovering', nextRetryDelay: RECOVERY_PAUSE });
  };
  return { progress, beat, countUnexpected, isExhausted, countFailure, recoveringFailure };
}

/**
 * The failure of an attempt that found the storage of the host full, or the machine held by a backup. It is
 * no failure of the guest, and lasts as long as its cause.
 */
function transientFailure({ message, code: type }: ProviderError): ApplicationFailure {
  return ApplicationFailure.create({ message, type, nextRetryDelay: TRANSIENT_PAUSE[type] });
}

/**
 * Makes an activity of a function. The activity heartbeats as long as it runs, so the death of a worker is
 * noticed in seconds. Its errors are classified as retryable or not. When it stops on request, the result is
 * a cancellation and no error.
 */
export function activity<Args extends unknown[], Result>(
  run: (progress: Progress, ...args: Args) => Promise<Result>,
) {
  return async (...args: Args): Promise<Result> => {
    const context = Context.current();
    const { progress, beat, countUnexpected, isExhausted, countFailure, recoveringFailure } =
      createProgress(context);
    if (isExhausted()) throw finalFailure('GuestSilent', 'no attempt finished in time');
    const timer = setInterval(beat, HEARTBEAT_MS);
    try {
      return await run(progress, ...args);
    } catch (error) {
      if (progress.signal.aborted) throw new CancelledFailure('stopped at a safe point');
      if (error instanceof GuestBusy) throw recoveringFailure(error);
      if (error instanceof ProviderError && error.code in TRANSIENT_PAUSE) throw transientFailure(error);
      if (isLeftToOthers(error)) throw error;
      const { activityType } = context.info;
      const failure = toFailure(error, isUnexpected(error) ? countUnexpected() : 0, activityType);
      throw failure instanceof ApplicationFailure && countFailure() ? asLast(failure) : failure;
    } finally {
      clearInterval(timer);
    }
  };
}

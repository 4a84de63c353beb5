import { CancelledFailure, Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { GuestBusy } from '../guest/busy.ts';
import { oneLine } from '../one-line.ts';
import { type Progress, ProviderError } from '../providers/provider.ts';
import { isUnforeseen, toFailure } from './failure.ts';
import { type Recovery, readRecovery, waitOn } from './recovery.ts';

// A third of the workflows' heartbeat timeout: two may get lost.
const HEARTBEAT_MS = 3_000;

interface Heartbeat {
  readonly message?: string;
  /** How many attempts have failed in a way that nobody foresaw. */
  readonly unforeseen?: number;
  /** How many attempts have found a server that recovers, or a host whose storage is full. */
  readonly looks?: number;
  readonly recovery?: Recovery;
}

// A guest that has worked before may hang now, and whoever waits for it is to hear so. Not Temporal's to count: attempts
// that find a server recovering are no failures.
const MOST_FAILURES = 10;
const ofWorkingGuests = ['startPostgres', 'restartPostgres', 'setMasterPassword', 'growDisk'];
const newGuests = ['createDbInstance', 'bootstrapInventory'];
const isLimited = ({ activityType, workflowType }: Context['info']): boolean =>
  ofWorkingGuests.includes(activityType) && !newGuests.includes(workflowType ?? '');

const MOST_COUNT = 10_000;

/** The same failure, after which there is no other attempt. */
const asLast = ({ message, type, details, stack }: ApplicationFailure): ApplicationFailure => {
  const last = ApplicationFailure.nonRetryable(message, type, ...(details ?? []));
  if (stack) last.stack = stack;
  return last;
};

// Between two looks the slot is another machine's.
const RECOVERY_PAUSE = '20 seconds';

/**
 * A count in the heartbeat of the previous attempt. Any client of Temporal may have sent that heartbeat, so little is taken
 * from it. A wrong count makes a step give up early or late.
 */
const readCount = (details: unknown, name: 'unforeseen' | 'looks'): number => {
  const count = details instanceof Object ? (details as Record<string, unknown>)[name] : 0;
  return typeof count === 'number' && count > 0 ? Math.min(Math.floor(count), MOST_COUNT) : 0;
};

const readHeartbeat = (details: unknown): Heartbeat => {
  const recovery = readRecovery((details as { recovery?: unknown } | undefined)?.recovery, Date.now());
  return {
    unforeseen: readCount(details, 'unforeseen'),
    looks: readCount(details, 'looks'),
    ...(recovery && { recovery }),
  };
};

const createProgress = (context: Context) => {
  let last = readHeartbeat(context.info.heartbeatDetails);
  const beat = () => context.heartbeat(last);
  const progress: Progress = {
    signal: context.cancellationSignal,
    report(message) {
      // Some of it a guest has written, and no heartbeat may be of any size.
      last = { ...last, message: oneLine(message) };
      beat();
    },
  };
  /** Counts a failure that nobody foresaw, for the next attempt to know. */
  const countUnforeseen = (): number => {
    const unforeseen = (last.unforeseen ?? 0) + 1;
    last = { ...last, unforeseen };
    beat();
    return unforeseen;
  };
  const isLast = (): boolean =>
    isLimited(context.info) && context.info.attempt - (last.looks ?? 0) >= MOST_FAILURES;
  /** A server that recovers is asked again, and nobody waits for it meanwhile. */
  const awaitRecovery = ({ message, said }: GuestBusy): ApplicationFailure => {
    const { recovery, isOver } = waitOn(last.recovery, said, Date.now());
    last = { ...last, recovery, looks: (last.looks ?? 0) + 1 };
    beat();
    if (isOver)
      return ApplicationFailure.nonRetryable(`no end of its recovery is in sight: ${message}`, 'Recovering');
    return ApplicationFailure.create({ message, type: 'Recovering', nextRetryDelay: RECOVERY_PAUSE });
  };
  /** The same of a host whose storage is full, for as long as it is: that is no failure of the guest either. */
  const awaitRoom = ({ message, code: type }: ProviderError): ApplicationFailure => {
    last = { ...last, looks: (last.looks ?? 0) + 1 };
    beat();
    return ApplicationFailure.create({ message, type, nextRetryDelay: RECOVERY_PAUSE });
  };
  return { progress, beat, countUnforeseen, isLast, awaitRecovery, awaitRoom };
};

/**
 * Makes an activity of a function: it heartbeats for as long as it runs, so a worker that dies is noticed in seconds;
 * its errors are sorted into those worth another try and those not; when it stops because it was told to, that is a
 * cancellation and no error.
 */
export const activity =
  <Args extends unknown[], Result>(run: (progress: Progress, ...args: Args) => Promise<Result>) =>
  async (...args: Args): Promise<Result> => {
    const context = Context.current();
    const { progress, beat, countUnforeseen, isLast, awaitRecovery, awaitRoom } = createProgress(context);
    const timer = setInterval(beat, HEARTBEAT_MS);
    try {
      return await run(progress, ...args);
    } catch (error) {
      if (progress.signal.aborted) throw new CancelledFailure('stopped at a safe point');
      if (error instanceof GuestBusy) throw awaitRecovery(error);
      if (error instanceof ProviderError && error.code === 'StorageFull') throw awaitRoom(error);
      const failure = toFailure(error, isUnforeseen(error) ? countUnforeseen() : 0);
      throw failure instanceof ApplicationFailure && isLast() ? asLast(failure) : failure;
    } finally {
      clearInterval(timer);
    }
  };

import { CancelledFailure, Context } from '@temporalio/activity';
import { oneLine } from '../one-line.ts';
import type { Progress } from '../providers/provider.ts';
import { isUnforeseen, toFailure } from './failure.ts';

// A third of the workflows' heartbeat timeout: two may get lost.
const HEARTBEAT_MS = 3_000;

interface Heartbeat {
  readonly message?: string;
  /** How many attempts have failed in a way that nobody foresaw. */
  readonly unforeseen?: number;
}

/**
 * The count in the heartbeat of the previous attempt. Any client of Temporal may have sent that heartbeat, so nothing else
 * is taken from it. A wrong count makes a step give up early or late.
 */
const readUnforeseen = (details: unknown): number => {
  const count = details instanceof Object && 'unforeseen' in details ? details.unforeseen : 0;
  return typeof count === 'number' && count > 0 ? Math.min(Math.floor(count), 100) : 0;
};

const createProgress = (context: Context) => {
  let last: Heartbeat = { unforeseen: readUnforeseen(context.info.heartbeatDetails) };
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
  return { progress, beat, countUnforeseen };
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
    const { progress, beat, countUnforeseen } = createProgress(context);
    const timer = setInterval(beat, HEARTBEAT_MS);
    try {
      return await run(progress, ...args);
    } catch (error) {
      if (progress.signal.aborted) throw new CancelledFailure('stopped at a safe point');
      throw toFailure(error, isUnforeseen(error) ? countUnforeseen() : 0);
    } finally {
      clearInterval(timer);
    }
  };

import { CancelledFailure, Context } from '@temporalio/activity';
import type { Progress } from '../providers/provider.ts';
import { isUnforeseen, toFailure } from './failure.ts';

// A third of the workflows' heartbeat timeout: two may get lost.
const HEARTBEAT_MS = 3_000;

interface Heartbeat {
  readonly message?: string;
  readonly resume?: unknown;
  /** How many attempts have failed in a way that nobody foresaw. */
  readonly unforeseen?: number;
}

/** The progress of a step, kept in the heartbeats: what one attempt reports the next one finds. */
const createProgress = (context: Context) => {
  let last = (context.info.heartbeatDetails ?? {}) as Heartbeat;
  const beat = () => context.heartbeat(last);
  const progress: Progress = {
    signal: context.cancellationSignal,
    resume: last.resume,
    report(message, resume = last.resume) {
      last = { ...last, message, ...(resume !== undefined && { resume }) };
      beat();
    },
  };
  /** Counts a failure that nobody foresaw, for the next attempt to know. */
  const countUnforeseen = (): number => {
    last = { ...last, unforeseen: (last.unforeseen ?? 0) + 1 };
    beat();
    return last.unforeseen ?? 1;
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

import type { ScheduleDescription } from '@temporalio/client';

/** Notices a Schedule that starts no rounds. It remembers what it has seen, so each caller keeps one. */
export interface SilenceWatch {
  /** Whether a Schedule that is not paused has started no round for long. A running round extends that time. */
  isSilent(found: ScheduleDescription): boolean;
}

export interface SilenceLimits {
  readonly silentMs: number;
  /** Added while a round is running. */
  readonly roundMs: number;
}

/**
 * Counts the silence by a clock of its own. The times in a Schedule are of Temporal's clock, and the clock of a
 * worker that is ahead would show silence for ever.
 * @param now ms of a monotonic clock
 */
export function createSilenceWatch(
  { silentMs, roundMs }: SilenceLimits,
  now: () => number = () => performance.now(),
): SilenceWatch {
  let seen: string | undefined;
  let since = 0;
  return {
    isSilent({ state, info }) {
      const started = info.recentActions.map(({ takenAt }) => takenAt.getTime());
      const running = info.runningActions.length;
      const present = JSON.stringify([state.paused, info.createdAt, info.lastUpdatedAt, started, running]);
      if (present !== seen) {
        seen = present;
        since = now();
      }
      if (state.paused) return false;
      const isSilent = now() - since > silentMs + (running > 0 ? roundMs : 0);
      // The caller wakes the Schedule, which then has the whole time again.
      if (isSilent) since = now();
      return isSilent;
    },
  };
}

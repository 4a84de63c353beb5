const FIRST_MS = 250;
const MAX_PAUSE_MS = 10_000;
/** The longest pause after a child that was ready before it ended, because such a child can start. */
const MAX_PAUSE_WHEN_READY_MS = 1_000;
/** The end of a child that lived this long is a new failure, not a repeated failure to start. */
const SOUND_AFTER_MS = 30_000;

export interface Backoff {
  /** How long to wait before the next start, in milliseconds, after a child that lived for `livedMs`. */
  next(livedMs: number, wasReady: boolean): number;
}

/** Pauses that double up to a limit: a child that cannot start costs little CPU and is still retried. */
export function createBackoff(): Backoff {
  let failures = 0;
  return {
    next(livedMs, wasReady) {
      if (livedMs >= SOUND_AFTER_MS) failures = 0;
      return Math.min(FIRST_MS * 2 ** failures++, wasReady ? MAX_PAUSE_WHEN_READY_MS : MAX_PAUSE_MS);
    },
  };
}

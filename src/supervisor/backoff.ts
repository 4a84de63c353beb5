const FIRST_MS = 250;
const LONGEST_MS = 10_000;
/** The longest pause after a child that had got ready: it can start, so being down helps nobody. */
const LONGEST_WHEN_READY_MS = 1_000;
/** A child that lived so long is sound; its end is a new accident and not a start that fails again. */
const SOUND_AFTER_MS = 30_000;

export interface Backoff {
  /** How long to wait before the next start, in milliseconds, after a child that lived for `livedMs`. */
  next(livedMs: number, wasReady: boolean): number;
}

/** Doubling pauses, so that a child that cannot start neither burns the machine nor stays down when it could. */
export function createBackoff(): Backoff {
  let failures = 0;
  return {
    next(livedMs, wasReady) {
      if (livedMs >= SOUND_AFTER_MS) failures = 0;
      return Math.min(FIRST_MS * 2 ** failures++, wasReady ? LONGEST_WHEN_READY_MS : LONGEST_MS);
    },
  };
}

const firstMs = 250;
const longestMs = 10_000;
/** The longest pause after a child that had got ready: it can start, so being down helps nobody. */
const longestWhenReadyMs = 1_000;
/** A child that lived so long is sound; its end is a new accident and not a start that fails again. */
const soundAfterMs = 30_000;

export interface Backoff {
  /** How long to wait before the next start, in milliseconds, after a child that lived for `livedMs`. */
  next(livedMs: number, wasReady: boolean): number;
}

/** Doubling pauses, so that a child that cannot start neither burns the machine nor stays down when it could. */
export function createBackoff(): Backoff {
  let failures = 0;
  return {
    next(livedMs, wasReady) {
      if (livedMs >= soundAfterMs) failures = 0;
      return Math.min(firstMs * 2 ** failures++, wasReady ? longestWhenReadyMs : longestMs);
    },
  };
}

const firstMs = 250;
const longestMs = 10_000;
/** A child that lived so long is sound; its end is a new accident and not a start that fails again. */
const soundAfterMs = 30_000;

export interface Backoff {
  /** How long to wait before the next start, in milliseconds, after a child that lived for `livedMs`. */
  next(livedMs: number): number;
}

/** Doubling pauses, so that a child that cannot start neither burns the machine nor stays down when it could. */
export const createBackoff = (): Backoff => {
  let failures = 0;
  return {
    next(livedMs) {
      if (livedMs >= soundAfterMs) failures = 0;
      return Math.min(firstMs * 2 ** failures++, longestMs);
    },
  };
};

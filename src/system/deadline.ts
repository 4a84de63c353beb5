/** A signal that aborts after a time or with another signal. Disposed of when nobody needs it any more. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Whether the time ran out, as opposed to an abort from outside. */
  readonly isOver: () => boolean;
  /** Stops the timer and lets go of the outer signal; idempotent. The signal then aborts no more. */
  dispose(): void;
}

/**
 * A deadline in `ms` milliseconds, or earlier when `outer` is aborted.
 *
 * `AbortSignal.timeout(ms)` is forbidden here, because on Node 20 a signal made of it by `AbortSignal.any()` never aborts
 * once garbage was collected: nothing but its timer holds the source, and that only weakly. This timer holds its
 * controller, and the listener on `outer` goes with `dispose`, so that a long-lived signal collects none.
 */
export function startDeadline(ms: number, outer?: AbortSignal): Deadline {
  const controller = new AbortController();
  let over = false;
  const timer = setTimeout(() => {
    over = !controller.signal.aborted;
    controller.abort(new DOMException(`no end after ${ms} ms`, 'TimeoutError'));
  }, ms);
  const follow = () => controller.abort(outer?.reason);
  if (outer?.aborted) follow();
  else outer?.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    isOver: () => over,
    dispose() {
      clearTimeout(timer);
      outer?.removeEventListener('abort', follow);
    },
  };
}

/**
 * The result of `work` within `ms`. On timeout aborts the signal and returns undefined without waiting for `work`, which may
 * ignore the abort.
 * @param outer the caller's own signal, which `work` is to obey as well
 */
export async function within<T>(
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
  outer?: AbortSignal,
): Promise<T | undefined> {
  const deadline = startDeadline(ms, outer);
  const over = new Promise<undefined>((resolve) => {
    deadline.signal.addEventListener('abort', () => deadline.isOver() && resolve(undefined), { once: true });
  });
  try {
    return await Promise.race([work(deadline.signal), over]);
  } finally {
    deadline.dispose();
  }
}

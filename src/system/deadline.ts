/** A signal that aborts after a time or with another signal. Its user disposes of it. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Whether the time ran out, as opposed to an abort from outside. */
  readonly isOver: () => boolean;
  /** Stops the timer and releases the outer signal; idempotent. The signal then no longer aborts. */
  dispose(): void;
}

/**
 * A deadline in `ms` milliseconds, or earlier when `outer` is aborted.
 *
 * `AbortSignal.timeout(ms)` is forbidden here: on Node 20 a signal that `AbortSignal.any()` makes of it never
 * aborts after a garbage collection, because only its timer holds the source, and only weakly. This timer
 * holds its controller. `dispose` removes the listener from `outer`, so that a long-lived signal does not
 * collect listeners.
 */
export function startDeadline(ms: number, outer?: AbortSignal): Deadline {
  const controller = new AbortController();
  let over = false;
  const timer = setTimeout(() => {
    over = !controller.signal.aborted;
    controller.abort(new DOMException(`not finished after ${ms} ms`, 'TimeoutError'));
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
 * The result of `work` within `ms`. On timeout aborts the signal and returns undefined without waiting for
 * `work`, which may ignore the abort.
 * @param outer the caller's own signal, which `work` must obey as well
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

import { readyMessage } from './child.ts';

/**
 * Aborted when this process is asked to end: by SIGTERM, Ctrl-C, a terminal that hangs up, or the end of the parent that
 * supervises it, which is seen by its channel being closed: after `kill -9` of the parent nothing else tells.
 */
export const stopSignal = (): AbortSignal => {
  const controller = new AbortController();
  const stop = (reason: string) => {
    // Who asks twice does not want to wait: 128 + SIGINT, as shells have it.
    if (controller.signal.aborted && !process.connected) process.exit(130);
    controller.abort(new Error(reason));
  };
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => stop(name));
  if (process.connected) {
    process.once('disconnect', () => stop('the parent process is gone'));
    // The channel tells of the parent's end and shall not keep this process alive.
    process.channel?.unref();
  }
  return controller.signal;
};

/** Tells the supervisor, where there is one, that this process serves now. */
export const announceReady = (): void => {
  if (process.connected) process.send?.(readyMessage);
};

export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

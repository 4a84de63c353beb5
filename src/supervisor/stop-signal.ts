import { readyMessage } from './child.ts';

/**
 * Aborted when this process is asked to end: by SIGTERM, Ctrl-C, a terminal that hangs up, or the end of the parent that
 * supervises it, which is seen by its channel being closed: after `kill -9` of the parent nothing else tells.
 * A second Ctrl-C ends a process without a supervisor at once; it leaves running what it would have stopped.
 */
export const stopSignal = (): AbortSignal => {
  const controller = new AbortController();
  const supervised = process.connected === true;
  const stop = (reason: string) => {
    // Ctrl-C alone: the other ways come twice by themselves, from the kernel and from the shell, or from a parent that
    // asks and then goes away. 128 + SIGINT, as shells have it.
    if (reason === 'SIGINT' && controller.signal.aborted && !supervised) process.exit(130);
    controller.abort(new Error(reason));
  };
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => stop(name));
  if (supervised) {
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

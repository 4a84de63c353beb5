import { constants } from 'node:os';
import { READY_MESSAGE } from './child.ts';

type Signal = 'SIGTERM' | 'SIGINT' | 'SIGHUP';

/** Why a process is to end before its work is done. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
  /** 128 and the number of the signal, as shells have it. */
  readonly exitCode: number;

  constructor(signal: Signal) {
    super(`stopped by ${signal}`);
    this.exitCode = 128 + constants.signals[signal];
  }
}

/**
 * Aborted when this process is asked to end: by SIGTERM, Ctrl-C, a terminal that hangs up, or the end of the parent that
 * supervises it, which is seen by its channel being closed: after `kill -9` of the parent nothing else tells.
 * A second SIGTERM or Ctrl-C ends a process without a supervisor at once; it leaves running what it would have stopped.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const supervised = process.connected === true;
  const stop = (name: Signal) => {
    const stopped = new Stopped(name);
    // Others come twice by themselves: SIGHUP from the kernel and from the shell, and all of them from a parent that asks
    // and then goes away.
    if (name !== 'SIGHUP' && controller.signal.aborted && !supervised) process.exit(stopped.exitCode);
    controller.abort(stopped);
  };
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => stop(name));
  if (supervised) {
    process.once('disconnect', () => controller.abort(new Error('the parent process is gone')));
    // The channel tells of the parent's end and shall not keep this process alive.
    process.channel?.unref();
  }
  return controller.signal;
}

/** Tells the supervisor, where there is one, that this process serves now. */
export function announceReady(): void {
  if (process.connected) process.send?.(READY_MESSAGE);
}

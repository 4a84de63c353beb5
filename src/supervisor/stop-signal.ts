import { constants } from 'node:os';
import { READY_MESSAGE } from './child.ts';

type Signal = 'SIGTERM' | 'SIGINT' | 'SIGHUP';

/** The reason why a process must end before its work is done. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
  /** 128 plus the number of the signal, as in shells. */
  readonly exitCode: number;

  constructor(signal: Signal) {
    super(`stopped by ${signal}`);
    this.exitCode = 128 + constants.signals[signal];
  }
}

/**
 * Aborted when this process must end: by SIGTERM, by Ctrl-C, when the terminal hangs up, or when the
 * supervising parent ends. The parent's end closes the IPC channel, which is the only sign after `kill -9`. A
 * second SIGTERM or Ctrl-C ends a process without a supervisor at once and leaves its children and machines
 * running.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const supervised = process.connected === true;
  const stop = (name: Signal) => {
    const stopped = new Stopped(name);
    // Only a person's second signal ends the process at once. SIGHUP comes twice by itself, from the kernel
    // and from the shell. A supervised process may get every signal twice, from its parent and when the
    // parent ends.
    if (name !== 'SIGHUP' && controller.signal.aborted && !supervised) process.exit(stopped.exitCode);
    controller.abort(stopped);
  };
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => stop(name));
  if (supervised) {
    process.once('disconnect', () => controller.abort(new Error('the parent process has ended')));
    // The channel must not keep this process alive.
    process.channel?.unref();
  }
  return controller.signal;
}

/** Reports to the supervisor, if any, that this process serves now. */
export function announceReady(): void {
  if (process.connected) process.send?.(READY_MESSAGE);
}

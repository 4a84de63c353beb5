import { constants, fstatSync, openSync } from 'node:fs';
import { Socket } from 'node:net';

const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;

/**
 * A descriptor that writes to where `fd` does and never waits for a reader: a pipe or terminal is opened once more, for
 * our own use, because the mode of `fd` itself is shared with other processes. A socket cannot be opened again; the mode
 * of `fd` is then changed.
 */
export function openWithoutWaiting(fd: number): number {
  try {
    const stat = fstatSync(fd);
    if (stat.isFIFO() || stat.isCharacterDevice()) {
      return openSync(`/proc/self/fd/${fd}`, O_WRONLY | O_NONBLOCK | O_NOCTTY);
    }
    // Making it sets the mode. It is held for as long as the process lives, because it closes `fd` when it goes.
    if (stat.isSocket()) held.push(new Socket({ fd, readable: false, writable: true }).unref());
  } catch {
    // Then it is written to as it is.
  }
  return fd;
}

const held: Socket[] = [];

/** Opens a log for appending, at every call until that succeeds; undefined while it does not. */
export function openWhenPossible(file: string): () => number | undefined {
  let descriptor: number | undefined;
  return () => {
    try {
      descriptor ??= openSync(file, 'a', 0o600);
    } catch {
      return undefined;
    }
    return descriptor;
  };
}

import { constants, fstatSync, openSync } from 'node:fs';
import { Socket } from 'node:net';

const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;

/**
 * A descriptor with the target of `fd` whose writes never block. A pipe or terminal is opened a second time,
 * because the mode of `fd` itself is shared with other processes. A socket cannot be opened again, so the
 * mode of `fd` is changed.
 */
export function openWithoutWaiting(fd: number): number {
  try {
    const stat = fstatSync(fd);
    if (stat.isFIFO() || stat.isCharacterDevice()) {
      return openSync(`/proc/self/fd/${fd}`, O_WRONLY | O_NONBLOCK | O_NOCTTY);
    }
    // The constructor sets the mode. The socket is held until the process ends, because `fd` closes with it.
    if (stat.isSocket()) held.push(new Socket({ fd, readable: false, writable: true }).unref());
  } catch {
    // `fd` is used in its present mode.
  }
  return fd;
}

const held: Socket[] = [];

/**
 * Returns a function that opens a log for appending, once, and returns its descriptor. While the open fails
 * it returns undefined, and each call tries again.
 */
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

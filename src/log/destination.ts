import { writeSync } from 'node:fs';
import { MIB } from '../system/units.ts';

/** Where lines of a log, or of what is told to a person, go. None of its functions throws, and none waits. */
export interface Destination {
  /** One line or several, each with its end. Counted as lost when it cannot be written. */
  write(text: string): void;
  /** Lines that were lost since the beginning. */
  readonly lost: number;
  /** Resolves when nothing is left to be written, or what is left is lost: after `patienceMs` at the latest. */
  settled(patienceMs: number): Promise<void>;
}

export interface DestinationOptions {
  /** The descriptor, opened again at every attempt where it had to be given up; undefined while it cannot be had. */
  readonly open: () => number | undefined;
  /** The line, with its end, that says how many lines were lost. Written when writing works again. */
  readonly describeLoss?: (lines: number) => string;
  /** Bytes that may wait for a reader who is slow. */
  readonly capacity?: number;
}

const CAPACITY = MIB;
const RETRY_MS = 20;

function isBusy(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && (error.code === 'EAGAIN' || error.code === 'EWOULDBLOCK')
  );
}

function countLines(text: string): number {
  return Math.max(1, text.split('\n').length - 1);
}

/**
 * A destination that never fails the work: what cannot be written (the disk is full, the reader is gone, the descriptor
 * is closed) is counted and forgotten. What a reader has no room for waits, as long as it is little.
 */
export function createDestination({
  open,
  describeLoss = () => '',
  capacity = CAPACITY,
}: DestinationOptions): Destination {
  let waiting: { bytes: Buffer; readonly lines: number }[] = [];
  let waitingBytes = 0;
  let lost = 0;
  let untold = 0;
  // Half a line stands at the end of the file: the next one must not be glued to it.
  let torn = false;
  let retrying = false;
  let onDrained: () => void = () => {};

  const lose = (lines: number) => {
    lost += lines;
    untold += lines;
  };
  const loseAll = () => {
    for (const { lines } of waiting) lose(lines);
    waiting = [];
    waitingBytes = 0;
  };
  const giveUp = () => {
    loseAll();
    onDrained();
  };
  const add = (text: string) => {
    const bytes = Buffer.from(text);
    waiting.push({ bytes, lines: countLines(text) });
    waitingBytes += bytes.length;
  };
  const retryLater = () => {
    if (retrying) return;
    retrying = true;
    setTimeout(() => {
      retrying = false;
      drain();
    }, RETRY_MS).unref();
  };
  const drain = () => {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      try {
        const descriptor = open();
        if (descriptor === undefined) return giveUp();
        const written = writeSync(descriptor, next.bytes);
        torn = written < next.bytes.length;
        waitingBytes -= written;
        next.bytes = next.bytes.subarray(written);
        if (!torn) waiting.shift();
      } catch (error) {
        if (isBusy(error)) return retryLater();
        return giveUp();
      }
    }
    onDrained();
  };

  return {
    get lost() {
      return lost;
    },
    write(text) {
      if (waitingBytes + text.length > capacity) return lose(countLines(text));
      if (waiting.length === 0 && (untold > 0 || torn)) {
        const [before, told] = [untold, (torn ? '\n' : '') + (untold > 0 ? describeLoss(untold) : '')];
        untold = 0;
        if (told !== '') add(told);
        drain();
        // The notice itself is no line of the log.
        if (untold > 0) {
          lost -= untold;
          untold = before;
          return lose(countLines(text));
        }
      }
      add(text);
      drain();
    },
    async settled(patienceMs) {
      if (waiting.length === 0) return;
      await new Promise<void>((resolve) => {
        const patience = setTimeout(resolve, patienceMs);
        onDrained = () => {
          clearTimeout(patience);
          resolve();
        };
      });
      loseAll();
    },
  };
}

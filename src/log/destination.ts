import { writeSync } from 'node:fs';
import { MIB } from '../system/units.ts';

/** The target of the lines of a log, or of messages to a person. Its functions never throw and never block. */
export interface Destination {
  /** Writes one line or several, each with its newline. Lines that cannot be written are counted as lost. */
  write(text: string): void;
  /** Number of lines lost since the destination was created. */
  readonly lost: number;
  /** Resolves when all lines are written or lost. After `timeoutMs` the lines that still wait are lost. */
  settled(timeoutMs: number): Promise<void>;
}

export interface DestinationOptions {
  /** Returns the descriptor, called before every write; undefined while it cannot be opened. */
  readonly open: () => number | undefined;
  /** The line, with its newline, that reports how many lines were lost. Written when writes succeed again. */
  readonly describeLoss?: (lines: number) => string;
  /** Bytes that may wait for a slow reader. */
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
 * A destination that never fails its caller. Lines that cannot be written (full disk, no reader, closed
 * descriptor) are counted and dropped. Lines that the reader has no room for yet wait, up to `capacity`.
 */
export function createDestination({
  open,
  describeLoss = () => '',
  capacity = CAPACITY,
}: DestinationOptions): Destination {
  let waiting: { bytes: Buffer; readonly lines: number }[] = [];
  let waitingBytes = 0;
  let lost = 0;
  let unreportedLoss = 0;
  // The last write stopped in the middle of a line: the next line needs a newline before it.
  let isCutOff = false;
  let retrying = false;
  let onDrained: () => void = () => {};

  const lose = (lines: number) => {
    lost += lines;
    unreportedLoss += lines;
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
        isCutOff = written < next.bytes.length;
        waitingBytes -= written;
        next.bytes = next.bytes.subarray(written);
        if (!isCutOff) waiting.shift();
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
      if (waiting.length === 0 && (unreportedLoss > 0 || isCutOff)) {
        const [before, report] = [
          unreportedLoss,
          (isCutOff ? '\n' : '') + (unreportedLoss > 0 ? describeLoss(unreportedLoss) : ''),
        ];
        unreportedLoss = 0;
        if (report !== '') add(report);
        drain();
        // The notice is not a line of the caller, so it does not count as lost.
        if (unreportedLoss > 0) {
          lost -= unreportedLoss;
          unreportedLoss = before;
          return lose(countLines(text));
        }
      }
      add(text);
      drain();
    },
    async settled(timeoutMs) {
      if (waiting.length === 0) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        onDrained = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      loseAll();
    },
  };
}

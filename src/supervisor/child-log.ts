import { closeSync, copyFileSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { oneLine } from '../system/one-line.ts';
import { MIB } from '../system/units.ts';

const LARGEST_BYTES = 10 * MIB;

export interface ChildLog {
  readonly file: string;
  /** Hands `use` a descriptor that appends to the log. */
  withDescriptor<T>(use: (descriptor: number) => T): T;
  /** Puts a log of more than 10 MiB aside. */
  tidy(): void;
  /** The last lines, for a child that does not start: fit for a terminal, the beginning of those that are long. */
  tail(lines: number): string[];
  /** How much stands in it now. */
  size(): number;
  /** What was written since it had this size. Nothing where it was emptied meanwhile. */
  since(size: number): string;
}

/**
 * Where a child writes to. A log that has grown large is put aside, as `.1`, when `tidy` is called. The child goes on:
 * it appends, so its log can be emptied under it. What it writes in the moment between the two is lost.
 */
export function createChildLog(directory: string, name: string): ChildLog {
  const file = join(directory, `${name}.log`);
  return {
    file,
    withDescriptor(use) {
      const descriptor = openLog(file);
      try {
        return use(descriptor);
      } finally {
        closeSync(descriptor);
      }
    },
    tidy() {
      try {
        const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
        if (size <= LARGEST_BYTES) return;
        try {
          copyFileSync(file, `${file}.1`);
        } catch {
          // A disk that is full is no reason to go on filling it.
        }
        truncateSync(file);
      } catch {
        // A log that cannot be put aside is no reason to end what is supervised.
      }
    },
    tail(lines) {
      try {
        return readFileSync(file, 'utf8')
          .trimEnd()
          .split('\n')
          .slice(-lines)
          .map((line) => oneLine(line));
      } catch {
        return [];
      }
    },
    size: () => statSync(file, { throwIfNoEntry: false })?.size ?? 0,
    since(size) {
      try {
        return readFileSync(file).subarray(size).toString();
      } catch {
        return '';
      }
    },
  };
}

/** A child runs without a log rather than not at all. */
function openLog(file: string): number {
  try {
    return openSync(file, 'a', 0o600);
  } catch {
    return openSync('/dev/null', 'w');
  }
}

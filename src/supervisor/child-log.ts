import { closeSync, copyFileSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { oneLine } from '../system/one-line.ts';
import { MIB } from '../system/units.ts';

const LARGEST_BYTES = 10 * MIB;

export interface ChildLog {
  readonly file: string;
  /** Calls `use` with a descriptor that appends to the log. */
  withDescriptor<T>(use: (descriptor: number) => T): T;
  /** Moves the content of a log of more than 10 MiB to `.1`. */
  rotate(): void;
  /** The last lines, fit for a terminal; long lines are cut. */
  tail(lines: number): string[];
  /** Size of the log in bytes. */
  size(): number;
  /** The content behind this size. Empty where the log was emptied and is still shorter. */
  since(size: number): string;
}

/**
 * The log of a child. `rotate` copies a large log to `.1` and empties it while the child writes, which works
 * because the child appends. Lines written between the copy and the emptying are lost.
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
    rotate() {
      try {
        const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
        if (size <= LARGEST_BYTES) return;
        try {
          copyFileSync(file, `${file}.1`);
        } catch {
          // The log is emptied without a copy where the disk is full.
        }
        truncateSync(file);
      } catch {
        // A log that cannot be emptied must not end the supervised child.
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

/** Falls back to /dev/null, because a child without a log is better than none. */
function openLog(file: string): number {
  try {
    return openSync(file, 'a', 0o600);
  } catch {
    return openSync('/dev/null', 'w');
  }
}

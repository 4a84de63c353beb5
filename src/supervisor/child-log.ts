import { closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

const largestBytes = 10 * 1024 * 1024;

export interface ChildLog {
  readonly file: string;
  /** Hands `use` a descriptor that appends to the log. */
  withDescriptor<T>(use: (descriptor: number) => T): T;
  /** The last lines, for a child that does not start. */
  tail(lines: number): string[];
}

/** Where a child writes to. A log that has grown large is put aside, as `.1`, before the child starts anew. */
export const createChildLog = (directory: string, name: string): ChildLog => {
  const file = join(directory, `${name}.log`);
  return {
    file,
    withDescriptor(use) {
      const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
      if (size > largestBytes) renameSync(file, `${file}.1`);
      const descriptor = openSync(file, 'a', 0o600);
      try {
        return use(descriptor);
      } finally {
        closeSync(descriptor);
      }
    },
    tail(lines) {
      try {
        return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines);
      } catch {
        return [];
      }
    },
  };
};

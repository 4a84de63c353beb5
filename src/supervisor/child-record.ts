import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { writeFileAtomically } from '../system/atomic-file.ts';

/** Identifies a process even where its pid is used again by another process. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start time in clock ticks since boot: field 22 of /proc/PID/stat, proc(5). */
  readonly startedAt: string;
}

export function identify(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may contain any character. The third field begins after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const startedAt = fields[19];
    return fields[0] === 'Z' || startedAt === undefined ? undefined : { pid, startedAt };
  } catch {
    return undefined;
  }
}

function isRunning({ pid, startedAt }: ProcessIdentity): boolean {
  return identify(pid)?.startedAt === startedAt;
}

export interface ChildRecord {
  add(name: string, pid: number): void;
  /** Resolves when all added children are written to the file. */
  settled(): Promise<void>;
  /** Ends the children that a killed supervisor left behind. Resolves when none of them runs. */
  clear(graceMs: number): Promise<void>;
}

/** The children of a supervisor, kept in a file so that the next supervisor finds them after `kill -9`. */
export function createChildRecord(file: string): ChildRecord {
  const children = new Map<string, ProcessIdentity>();
  let written = Promise.resolve();
  return {
    add(name, pid) {
      const identity = identify(pid);
      if (identity === undefined) return;
      children.set(name, identity);
      const content = JSON.stringify([...children.values()]);
      written = written.then(() => writeFileAtomically(file, content)).catch(() => {});
    },
    settled: () => written,
    async clear(graceMs) {
      const stale = readRecord(file).filter(isRunning);
      for (const { pid } of stale) signalQuietly(pid, 'SIGTERM');
      const deadline = Date.now() + graceMs;
      while (stale.some(isRunning) && Date.now() < deadline) await delay(50);
      for (const { pid } of stale.filter(isRunning)) signalQuietly(pid, 'SIGKILL');
      while (stale.some(isRunning)) await delay(10);
    },
  };
}

function readRecord(file: string): ProcessIdentity[] {
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return Array.isArray(content) ? content : [];
  } catch {
    return [];
  }
}

function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // The process has already ended.
  }
}

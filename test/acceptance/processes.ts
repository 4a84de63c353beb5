import { readdirSync, readFileSync } from 'node:fs';

export interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Arguments, separated by blanks. */
  readonly command: string;
}

/**
 * All processes of this computer. The reads are synchronous, because asynchronous ones take a multiple of the CPU time,
 * and tests list hundreds of processes many times a second.
 */
export function listProcesses(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid): Process[] => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        // The name in parentheses may contain any character. State and parent stand behind it.
        const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        if (state === 'Z') return [];
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        return [{ pid: Number(pid), parent: Number(parent), command }];
      } catch {
        return []; // the process has ended meanwhile
      }
    });
}

/** The process and all its descendants. */
export function familyOf(pid: number, all = listProcesses()): Process[] {
  const family = new Set([pid]);
  for (let size = 0; size !== family.size; ) {
    size = family.size;
    for (const each of all) if (family.has(each.parent)) family.add(each.pid);
  }
  return all.filter((each) => family.has(each.pid));
}

/**
 * Sends the signal to each of the processes. One that has ended meanwhile is passed over, because the children
 * of a killed postmaster end by themselves.
 * @returns the ids of those that got it
 */
export function signalAll(processes: readonly { pid: number }[], signal: NodeJS.Signals): number[] {
  return processes.flatMap(({ pid }) => {
    try {
      process.kill(pid, signal);
      return [pid];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return [];
      throw error;
    }
  });
}

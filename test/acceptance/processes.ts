import { readdir, readFile } from 'node:fs/promises';

export interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Arguments, separated by blanks. */
  readonly command: string;
}

/** All processes of this computer. */
export async function listProcesses(): Promise<Process[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid): Promise<Process[]> => {
      try {
        const [stat, command] = await Promise.all([
          readFile(`/proc/${pid}/stat`, 'utf8'),
          readFile(`/proc/${pid}/cmdline`, 'utf8'),
        ]);
        // The name in parentheses may contain any character. State and parent stand behind it.
        const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        if (state === 'Z') return [];
        return [{ pid, parent: Number(parent), command: command.replaceAll('\0', ' ').trim() }];
      } catch {
        return []; // the process has ended meanwhile
      }
    }),
  );
  return found.flat();
}

/** The process and all its descendants. */
export async function familyOf(pid: number): Promise<Process[]> {
  const all = await listProcesses();
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

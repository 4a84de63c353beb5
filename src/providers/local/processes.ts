import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProviderError } from '../provider.ts';

/**
 * The processes of `uid` that belong to the machine in `root`: those that work in there, were started with a path of
 * it, or descend from one of its SSH sessions, which sshd marks (`SetEnv`), and their parents, sshd's sessions.
 * Process ids alone prove nothing: they are used again.
 */
export async function machineProcesses(root: string, uid: number): Promise<number[]> {
  const ours = (await allProcesses()).filter((process) => process.uid === uid);
  const isInside = (path: string) => path === root || path.startsWith(`${root}/`);
  const found = new Set<number>();
  for (const { pid, parent } of ours) {
    const [cwd, cmdline, environ] = await Promise.all([
      readlink(`/proc/${pid}/cwd`).catch(() => ''),
      readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
      readFile(`/proc/${pid}/environ`, 'utf8').catch(() => ''),
    ]);
    const marked = environ.split('\0').includes(`${rootVariable}=${root}`);
    if (marked || isInside(cwd) || cmdline.includes(`${root}/`)) found.add(pid);
    if (marked && (await isSshd(parent)) && ours.some((process) => process.pid === parent)) found.add(parent);
  }
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const { pid, parent } of ours) if (found.has(parent)) found.add(pid);
  }
  found.delete(process.pid);
  return [...found];
}

/** Set in every session of a machine's sshd. */
export const rootVariable = 'CORNAC_ROOT';

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly uid: number;
}

async function allProcesses(): Promise<Process[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const looks = pids.map(async (pid) => {
    try {
      const [{ uid }, line] = await Promise.all([
        stat(`/proc/${pid}`),
        readFile(`/proc/${pid}/stat`, 'utf8'),
      ]);
      const [state, parent] = line.slice(line.lastIndexOf(')') + 2).split(' ');
      return state === 'Z' ? [] : [{ pid, parent: Number(parent), uid }];
    } catch {
      return []; // it has ended
    }
  });
  return (await Promise.all(looks)).flat();
}

async function isSshd(pid: number): Promise<boolean> {
  return (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).startsWith('sshd');
}

/** Sends a signal. No-op when the process has ended. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Ends all processes of a machine, politely at first. @throws ProviderError Timeout when one does not end */
export async function endProcesses(root: string, uid: number): Promise<void> {
  for (let round = 0; round < 100; round++) {
    const left = await machineProcesses(root, uid);
    if (left.length === 0) return;
    for (const pid of left) signal(pid, round < 10 ? 'SIGTERM' : 'SIGKILL');
    await sleep(10 + round * 2);
  }
  throw new ProviderError('Timeout', `processes of ${root} do not end`);
}

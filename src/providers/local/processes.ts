import { readFileSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Account } from './account.ts';

/** Set in every session of a machine's sshd. */
export const ROOT_VARIABLE = 'CORNAC_ROOT';

export interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Real, effective, saved and file system uid. */
  readonly uids: readonly number[];
  /** Stopped by SIGSTOP: the process exists but does nothing until SIGCONT. */
  readonly isStopped: boolean;
}

// Other work of this Node.js process waits for at most this many reads.
const READS_AT_ONCE = 200;

/** All processes of this computer that have not ended. */
export async function listProcesses(): Promise<Process[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found: Process[] = [];
  for (const [index, pid] of pids.entries()) {
    if (index % READS_AT_ONCE === READS_AT_ONCE - 1) await nextTurn();
    const process = findProcess(pid);
    if (process) found.push(process);
  }
  return found;
}

/**
 * The process with this id, unless it has ended. The owner of `/proc/PID` is not used as its uid, because a
 * process can make root appear there (`PR_SET_DUMPABLE`).
 */
function findProcess(pid: number): Process | undefined {
  const status = readStatus(pid);
  // The name in the first line cannot contain a line break.
  const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? '';
  if (status === '') return undefined;
  // A process whose first thread has ended looks like a zombie, but its other threads still work.
  if (/^[ZX]/.test(field('State')) && !(Number(field('Threads')) > 1)) return undefined;
  const uids = field('Uid').split(/\s+/).map(Number);
  return { pid, parent: Number(field('PPid')), uids, isStopped: field('State').startsWith('T') };
}

/**
 * The status of a process; empty where it has ended. The kernel answers from memory and waits for nothing, so a
 * synchronous read takes microseconds. An asynchronous one takes a multiple of that CPU time, and computers have
 * hundreds of processes.
 */
function readStatus(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}

/** All processes of the account. Where machines share it, they include those of other machines. */
async function processesOf({ uid }: Account): Promise<Process[]> {
  return (await listProcesses()).filter(({ uids }) => uids.includes(uid));
}

/**
 * The processes of the machine in `root`. All processes of an exclusive account are the machine's. In a
 * shared account they are the sshd and PostgreSQL that work in `root` or were started with a path of it, and
 * those that descend from one of its SSH sessions, which sshd marks (`SetEnv`), and their parents, sshd's
 * session processes. Another program in `root` is a person's. Process ids alone prove nothing, because they
 * are reused.
 */
export async function machineProcesses(root: string, account: Account): Promise<number[]> {
  const ours = await processesOf(account);
  if (account.exclusive) return ours.map(({ pid }) => pid);
  const isInside = (path: string) => path === root || path.startsWith(`${root}/`);
  const found = new Set<number>();
  for (const { pid, parent } of ours) {
    const [cwd, cmdline, environ] = await Promise.all([
      readlink(`/proc/${pid}/cwd`).catch(() => ''),
      readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
      readFile(`/proc/${pid}/environ`, 'utf8').catch(() => ''),
    ]);
    const marked = environ.split('\0').includes(`${ROOT_VARIABLE}=${root}`);
    const isAtWork = isInside(cwd) || cmdline.includes(`${root}/`);
    if (marked || (isAtWork && (await isServer(pid)))) found.add(pid);
    if (marked && (await isSshd(parent)) && ours.some((process) => process.pid === parent)) found.add(parent);
  }
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const { pid, parent } of ours) if (found.has(parent)) found.add(pid);
  }
  found.delete(process.pid);
  return [...found];
}

/** Whether the machine's sshd, its way in, is stopped. A stopped PostgreSQL alone is merely a hung server. */
export async function isStopped(root: string, account: Account): Promise<boolean> {
  const inside = new Set(await machineProcesses(root, account));
  const daemons = (await listProcesses()).filter(({ pid, parent }) => inside.has(pid) && !inside.has(parent));
  for (const { pid, isStopped } of daemons) if (isStopped && (await isSshd(pid))) return true;
  return false;
}

async function isSshd(pid: number): Promise<boolean> {
  return (await programOf(pid)).startsWith('sshd');
}

async function isServer(pid: number): Promise<boolean> {
  return (await isSshd(pid)) || (await programOf(pid)).trim() === 'postgres';
}

/** The name of the program. A title, which PostgreSQL sets, does not change it. */
function programOf(pid: number): Promise<string> {
  return readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
}

/**
 * The servers of the cluster in `pgdata`: the account's processes that work there and whose parents do not.
 * The machine's user may have started other processes there.
 */
export async function findPostmasters(pgdata: string, account: Account): Promise<number[]> {
  const inside = new Map<number, number>();
  for (const { pid, parent } of await processesOf(account)) {
    if ((await readlink(`/proc/${pid}/cwd`).catch(() => '')) === pgdata) inside.set(pid, parent);
  }
  return [...inside].flatMap(([pid, parent]) => (inside.has(parent) ? [] : [pid]));
}

/** Sends a signal. Does nothing when the process has ended. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

import { readFile, readlink, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../provider.ts';
import { signal } from './processes.ts';

/** The process of the cluster's server, if one runs: its id is in postmaster.pid and it works in the cluster. */
export async function findPostmaster(pgdata: string, uid: number): Promise<number | undefined> {
  try {
    const pid = Number.parseInt(await readFile(`${pgdata}/postmaster.pid`, 'utf8'), 10);
    const [cwd, process] = await Promise.all([readlink(`/proc/${pid}/cwd`), stat(`/proc/${pid}`)]);
    return cwd === pgdata && process.uid === uid ? pid : undefined;
  } catch {
    return undefined; // no file, or no such process
  }
}

/**
 * Shuts PostgreSQL down: SIGINT cuts sessions off and writes all out, SIGQUIT leaves that to the next start's recovery.
 * Waits until it is off or the caller gives up.
 */
export async function stopPostmaster(
  pgdata: string,
  uid: number,
  how: 'SIGINT' | 'SIGQUIT',
  progress: Progress,
): Promise<void> {
  for (let polls = 0; ; polls++) {
    const pid = await findPostmaster(pgdata, uid);
    if (pid === undefined) return;
    if (polls === 0) signal(pid, how);
    if (polls % 50 === 49) progress.report('PostgreSQL is shutting down');
    progress.signal.throwIfAborted();
    await sleep(20);
  }
}

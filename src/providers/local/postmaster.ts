import { setTimeout as delay } from 'node:timers/promises';
import type { Progress } from '../provider.ts';
import type { Account } from './account.ts';
import { findPostmasters, signal } from './processes.ts';

const POLL_MS = 20;

/**
 * Shuts PostgreSQL down: sessions are cut off and all data are written. Waits at most `timeoutMs`. A server
 * that takes longer is left to the caller, which kills all processes of the machine; the next start then
 * recovers from the WAL.
 */
export async function stopPostmaster(
  pgdata: string,
  account: Account,
  timeoutMs: number,
  progress: Progress,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  const asked = new Set<number>();
  for (let polls = 0; Date.now() < deadline; polls++) {
    const pids = await findPostmasters(pgdata, account);
    if (pids.length === 0) return;
    for (const pid of pids) {
      if (!asked.has(pid)) signal(pid, 'SIGINT');
      asked.add(pid);
    }
    if (polls % 50 === 49) progress.report('PostgreSQL is shutting down');
    progress.signal.throwIfAborted();
    await delay(POLL_MS);
  }
  progress.report('PostgreSQL does not shut down; killing it');
}

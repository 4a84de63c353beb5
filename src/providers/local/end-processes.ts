import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { execProgram } from '../../system/fork-server.ts';
import { ProviderError } from '../provider.ts';
import type { Account } from './account.ts';
import { machineProcesses, signal } from './processes.ts';

const ROUNDS = 100;
const SIGTERM_ROUNDS = 8;
/** From this round on all processes are killed at once: they multiply faster than Cornac can list them. */
const SINGLE_KILL_ROUNDS = 12;

/**
 * Ends all processes of a machine, first with SIGTERM, and removes their shared memory and other IPC objects.
 * @param killerUid of a user that has no other processes: all of them may be killed
 * @throws ProviderError Timeout when a process does not end
 */
export async function endProcesses(root: string, account: Account, killerUid: number): Promise<void> {
  // An empty list proves nothing while a process can start during the listing: a process that forks and ends,
  // again and again, is never in the list.
  let isProven = !account.exclusive;
  for (let round = 0; round < ROUNDS; round++) {
    const left = await machineProcesses(root, account);
    if (left.length === 0 && isProven) return removeIpc(account);
    for (const pid of left) signal(pid, round < SIGTERM_ROUNDS ? 'SIGTERM' : 'SIGKILL');
    if (account.exclusive && (left.length === 0 || round >= SINGLE_KILL_ROUNDS)) {
      // Another machine's killer has the same uid and may kill this one: the next round notices.
      isProven = await killAll(account, killerUid).then(
        () => true,
        () => false,
      );
    }
    if (left.length > 0 || !isProven) await delay(10 + round * 2);
  }
  throw new ProviderError('Timeout', `processes of ${root} do not end`);
}

/**
 * Kills all processes of the account in one system call, during which none can start. The kernel checks the
 * target's real and saved uid. The killer has only the effective uid of the account, so that none of the
 * processes can kill it.
 */
async function killAll({ uid, spawn: { env } }: Account, killerUid: number): Promise<void> {
  const script = `process.seteuid(${uid}); process.kill(-1, 'SIGKILL');`;
  await execProgram('setpriv', ['--ruid', String(killerUid), process.execPath, '-e', script], {
    env,
    cwd: '/',
  });
}

const IDS_AT_ONCE = 1000;
const MESSAGE_QUEUES =
  'mount -n -t mqueue mqueue /tmp && find /tmp -mindepth 1 -maxdepth 1 -uid "$1" -delete';

/**
 * System V segments outlive the processes that made them, and a killed server leaves one. A user can give a
 * segment to another uid, but its creator's uid stays. POSIX message queues also stay; their file system need
 * not be mounted.
 */
async function removeIpc({ uid, exclusive, spawn }: Account): Promise<void> {
  if (!exclusive) return;
  for (const [table, option] of Object.entries({ shm: '-m', sem: '-s', msg: '-q' })) {
    const content = await readFile(`/proc/sysvipc/${table}`, 'utf8').catch(() => '');
    const [head = [], ...rows] = content.split('\n').map((line) => line.trim().split(/\s+/));
    const owners = [head.indexOf('uid'), head.indexOf('cuid')];
    const ids = rows
      .filter((row) => owners.some((owner) => row[owner] === String(uid)))
      .map(([, id = '']) => id);
    // Many in one call: there may be tens of thousands. Some may be gone, because their last user has detached.
    for (; ids.length > 0; ) {
      const options = ids.splice(0, IDS_AT_ONCE).flatMap((id) => [option, id]);
      await execProgram('ipcrm', options, { ...spawn, cwd: '/' }).catch(() => {});
    }
  }
  // A kernel may lack POSIX message queues.
  await execProgram('unshare', ['--mount', 'sh', '-c', MESSAGE_QUEUES, 'sh', String(uid)]).catch(() => {});
}

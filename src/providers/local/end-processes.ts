import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ProviderError } from '../provider.ts';
import type { Account } from './account.ts';
import { machineProcesses, signal } from './processes.ts';

const exec = promisify(execFile);

const ROUNDS = 100;
const POLITE_ROUNDS = 8;
/** From then on single processes are not enough: they multiply faster than we count them. */
const PATIENT_ROUNDS = 12;

/**
 * Ends all processes of a machine, politely at first, and removes what they have shared memory and the like.
 * @param makerUid of a user who has no process that may not be ended
 * @throws ProviderError Timeout when one does not end
 */
export async function endProcesses(root: string, account: Account, makerUid: number): Promise<void> {
  // A list that is empty proves nothing as long as a process could have been born while it was made: one that has a child
  // and ends, and so on, is never in it.
  let isSure = !account.exclusive;
  for (let round = 0; round < ROUNDS; round++) {
    const left = await machineProcesses(root, account);
    if (left.length === 0 && isSure) return removeIpc(account);
    for (const pid of left) signal(pid, round < POLITE_ROUNDS ? 'SIGTERM' : 'SIGKILL');
    if (account.exclusive && (left.length === 0 || round >= PATIENT_ROUNDS)) {
      // It may itself be killed, by the one for another machine, which has the same maker's uid: the next round sees.
      isSure = await killAll(account, makerUid).then(
        () => true,
        () => false,
      );
    }
    if (left.length > 0 || !isSure) await delay(10 + round * 2);
  }
  throw new ProviderError('Timeout', `processes of ${root} do not end`);
}

/**
 * Kills all processes of the account in one step of the kernel, between two of which none can be born. Who may signal a
 * process is decided by its real and saved uid. Here only the effective one is the account's, so that none of the
 * processes can kill the one that kills them.
 */
async function killAll({ uid, spawn: { env } }: Account, makerUid: number): Promise<void> {
  const script = `process.seteuid(${uid}); process.kill(-1, 'SIGKILL');`;
  await exec('setpriv', ['--ruid', String(makerUid), process.execPath, '-e', script], { env, cwd: '/' });
}

const IDS_AT_ONCE = 1000;
const MESSAGE_QUEUES =
  'mount -n -t mqueue mqueue /tmp && find /tmp -mindepth 1 -maxdepth 1 -uid "$1" -delete';

/**
 * Segments of System V outlive the processes that made them, and a server that was killed leaves one. Its user may have
 * given it to another uid, but not its making. So do the message queues of POSIX, whose file system need not be mounted.
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
    // All at once: there may be tens of thousands. One may be gone, when the last that was attached to it had said so.
    for (; ids.length > 0; ) {
      const options = ids.splice(0, IDS_AT_ONCE).flatMap((id) => [option, id]);
      await exec('ipcrm', options, { ...spawn, cwd: '/' }).catch(() => {});
    }
  }
  // A kernel may be without them.
  await exec('unshare', ['--mount', 'sh', '-c', MESSAGE_QUEUES, 'sh', String(uid)]).catch(() => {});
}

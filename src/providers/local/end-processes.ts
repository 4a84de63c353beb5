import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
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
  for (let round = 0; round < ROUNDS; round++) {
    const left = await machineProcesses(root, account);
    if (left.length === 0) return removeIpc(account);
    for (const pid of left) signal(pid, round < POLITE_ROUNDS ? 'SIGTERM' : 'SIGKILL');
    // It may itself be killed, by another one for another machine, which has the same maker's uid: the next round sees.
    if (round >= PATIENT_ROUNDS && account.exclusive) await killAll(account, makerUid).catch(() => {});
    await sleep(10 + round * 2);
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

/** Segments of System V outlive the processes that made them, and a server that was killed leaves one. */
async function removeIpc({ uid, exclusive, spawn }: Account): Promise<void> {
  if (!exclusive) return;
  for (const [table, option] of Object.entries({ shm: '-m', sem: '-s', msg: '-q' })) {
    const content = await readFile(`/proc/sysvipc/${table}`, 'utf8').catch(() => '');
    const [head = [], ...rows] = content.split('\n').map((line) => line.trim().split(/\s+/));
    const owner = head.indexOf('uid');
    for (const row of rows) {
      if (row[owner] !== String(uid)) continue;
      // It may be gone, when the last process that was attached to it had said so.
      await exec('ipcrm', [option, row[1] ?? ''], { ...spawn, cwd: '/' }).catch(() => {});
    }
  }
}

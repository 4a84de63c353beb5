import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { execProgram } from '../../system/fork-server.ts';
import { succeeds } from '../../system/succeeds.ts';
import { GIB, MIB } from '../../system/units.ts';
import { ProviderError } from '../provider.ts';
import type { Account } from './account.ts';
import { type Accounts, refuseTakenUid } from './accounts.ts';
import { refuseWildcardListeners } from './addresses.ts';
import type { Layout } from './layout.ts';
import { SSHD_PROGRAM } from './sshd.ts';
import { listEngineVersions } from './versions.ts';

/** The initial size of a machine: a cluster, its first WAL, logs. */
const MACHINE_BYTES = 256 * MIB;

/** Checks everything that would make machines fail, before the first machine. @throws ProviderError */
export async function checkLocal(layout: Layout, accounts: Accounts): Promise<void> {
  await checkSshd();
  await requireVersions();
  checkShell(accounts);
  checkSocketPath(layout);
  await checkOwner(layout);
  await checkEntry(layout, accounts.maker);
  await refuseTakenUid(accounts.maker);
  await checkSpace(layout, 0);
  await refuseWildcardListeners();
}

/** The path of sshd. @throws ProviderError */
export async function checkSshd(): Promise<string> {
  await access(SSHD_PROGRAM, constants.X_OK).catch(() => {
    throw configuration(`${SSHD_PROGRAM} is missing; install openssh-server`);
  });
  return SSHD_PROGRAM;
}

/** PostgreSQL versions on this computer. @throws ProviderError where none is installed */
export async function requireVersions(): Promise<string[]> {
  const versions = await listEngineVersions();
  if (versions.length > 0) return versions;
  throw configuration('no PostgreSQL in /usr/lib/postgresql; install postgresql');
}

export function checkShell({ isolation, shared }: Accounts): void {
  if (!shared || isolation === 'own' || !/\/(nologin|false)$/.test(shared.shell)) return;
  throw configuration(`LOCAL_USER: ${shared.name} cannot log in, its shell is ${shared.shell}`);
}

export function checkSocketPath(layout: Layout): void {
  const longest = Buffer.byteLength(`${layout.socketDir('127.255.255.255')}/.s.PGSQL.65535.lock`);
  if (longest > 107) {
    throw configuration(
      `STATE_DIR: ${layout.stateDir} is ${longest - 107} bytes too long for a Unix socket below it; name a shorter path`,
    );
  }
  if (/["'\\\n]/.test(layout.stateDir)) {
    throw configuration('STATE_DIR: quotes and backslashes are not allowed');
  }
}

/** The owner of the directory could replace the directories below it, in which Cornac reads, writes and removes. */
export async function checkOwner({ stateDir }: Pick<Layout, 'stateDir'>): Promise<void> {
  const { uid, mode } = await stat(stateDir);
  if (uid === process.geteuid?.() && (mode & 0o022) === 0) return;
  throw configuration(
    `STATE_DIR: ${stateDir} belongs to uid ${uid}, mode ${(mode & 0o777).toString(8)}; ` +
      'it must belong to the user that Cornac runs as, and no other user may write to it',
  );
}

export async function checkEntry(
  { machines, stateDir }: Pick<Layout, 'machines' | 'stateDir'>,
  account: Account,
): Promise<void> {
  const enters = (dir: string) =>
    succeeds('/bin/sh', ['-c', 'cd "$1"', 'sh', dir], { ...account.spawn, cwd: '/' });
  if (await enters(machines)) return;
  let closed = machines;
  while (closed !== '/' && !(await enters(dirname(closed)))) closed = dirname(closed);
  const mode = ((await stat(closed)).mode & 0o777).toString(8);
  throw configuration(
    `STATE_DIR: user ${account.name} cannot enter ${closed} (mode ${mode}); ` +
      `name another directory than ${stateDir}, or give the user access`,
  );
}

/**
 * @throws ProviderError InsufficientCapacity when the file system lacks `bytes`, or the space of a machine
 */
export async function checkSpace({ machines }: Pick<Layout, 'machines'>, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(machines);
  const free = bavail * bsize;
  const needed = Math.max(bytes, MACHINE_BYTES);
  if (free >= needed) return;
  const gib = (value: number) => (value / GIB).toFixed(1);
  throw new ProviderError(
    'InsufficientCapacity',
    `the file system of ${machines} has ${gib(free)} GiB free, ${gib(needed)} GiB are needed`,
  );
}

function configuration(message: string) {
  return new ProviderError('Configuration', message);
}

/** Bytes that a directory takes on its file system. Unreadable parts count as zero. */
export async function measure(directory: string, signal: AbortSignal): Promise<number> {
  const output = await execProgram('du', ['-skx', '--', directory], { signal, maxBuffer: 64 * MIB }).catch(
    (error) => {
      signal.throwIfAborted();
      return error as { stdout: string };
    },
  );
  return Number.parseInt(output.stdout, 10) * 1024 || 0;
}

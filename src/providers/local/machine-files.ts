import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Account } from './account.ts';
import { ensureDirectory, replaceFile } from './files.ts';
import type { Layout, MachinePaths } from './layout.ts';

/** Whether machines run as another user than Cornac. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** The group's rights suffice for a machine's user. Other users get none. */
function top() {
  return isRoot() ? 0o710 : 0o700;
}
function HOST_KEY_MODE() {
  return isRoot() ? 0o640 : 0o600;
}

/**
 * Makes the missing directories of a machine: Cornac's own, which the machine's user may traverse, and the
 * user's, each inside a directory of Cornac's.
 */
export async function makeDirectories(
  paths: MachinePaths,
  socketDir: string,
  account: Account,
): Promise<void> {
  await makeOwnDirectories(paths, account);
  const userDirectories = [paths.data, paths.log, socketDir];
  for (const dir of userDirectories) await ensureDirectory(dir, 0o700, ownerOf(account));
}

/** Makes Cornac's directories in which a machine finds its scripts and settings. */
export async function makeOwnDirectories(paths: MachinePaths, { gid }: Account): Promise<void> {
  await ensureDirectory(paths.root, top(), isRoot() ? { uid: 0, gid } : {});
  for (const dir of ['etc', 'etc/ssh', 'etc/cornac', 'opt', 'opt/cornac']) {
    await ensureDirectory(join(paths.root, dir), 0o755, isRoot() ? { uid: 0, gid: 0 } : {});
  }
}

export function ownerOf({ uid, gid }: Account) {
  return isRoot() ? { uid, gid } : {};
}

/** Writes the private host key so that, besides Cornac, only the machine's sshd can read it. */
export async function writeHostKey(paths: MachinePaths, key: string, { gid }: Account): Promise<void> {
  const owner = isRoot() ? { uid: 0, gid } : {};
  await replaceFile(hostKeyFile(paths), key, { ...owner, mode: HOST_KEY_MODE(), flush: true });
}

export function hostKeyFile(paths: MachinePaths): string {
  return join(paths.sshd, 'host_key');
}

/** Writes the settings of the guest scripts. Lines that an operator appended stay. */
export async function writeGuestConf(
  paths: MachinePaths,
  socketDir: string,
  listen: string,
  layout: Layout,
  account: Account,
): Promise<void> {
  const content = guestConf(paths, socketDir, listen, layout, account);
  const present = await readFile(paths.guestConf, 'utf8').catch(() => '');
  if (present.startsWith(content)) return;
  await replaceFile(paths.guestConf, content, { mode: 0o644, flush: true });
}

function guestConf(
  { root, data, log }: MachinePaths,
  socketDir: string,
  listen: string,
  layout: Layout,
  account: Account,
): string {
  const settings = {
    CORNAC_USER: account.name,
    CORNAC_SERVICE: 'pg_ctl',
    CORNAC_DISK: 'directory',
    CORNAC_PGBIN: '/usr/lib/postgresql/%s/bin',
    CORNAC_ORIGINS: root === layout.maker.root ? '' : layout.clusters,
    CORNAC_DATA: data,
    CORNAC_RUN: socketDir,
    CORNAC_LOG: log,
    CORNAC_LISTEN: listen,
  };
  const quote = (value: string) => `'${value.replaceAll("'", `'\\''`)}'`;
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${quote(value)}\n`)
    .join('');
}

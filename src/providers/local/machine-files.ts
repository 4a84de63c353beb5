import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GuestScripts } from '../../guest/scripts.ts';
import { generateKeyPair } from '../../ssh/key-pair.ts';
import type { Account } from './account.ts';
import type { Layout } from './layout.ts';

/**
 * Makes the files of a machine that is not there yet: directories, host key, the guest's settings and scripts. They are
 * on the disk when it returns, for the record that says so is, too.
 * @returns the public host key
 */
export async function makeMachineFiles(
  name: string,
  address: string,
  layout: Layout,
  account: Account,
  scripts: GuestScripts,
): Promise<string> {
  const paths = layout.machine(name);
  const socketDir = layout.socketDir(address);
  const scriptsDir = join(paths.root, scripts.directory);
  const dirs = [
    paths.root,
    join(paths.root, 'etc'),
    paths.sshd,
    join(paths.root, 'etc/cornac'),
    join(paths.root, 'opt'),
    paths.scriptsHome,
    scriptsDir,
    paths.log,
    socketDir,
  ];
  for (const dir of dirs) await mkdir(dir, { recursive: true, mode: 0o700 });

  const hostKey = generateKeyPair();
  const hostKeyFile = join(paths.sshd, 'host_key');
  const files = [
    { path: hostKeyFile, mode: 0o600, content: hostKey.private },
    { path: paths.guestConf, mode: 0o600, content: guestConf(name, address, layout, account) },
    ...scripts.files.map((file) => ({ ...file, path: join(scriptsDir, file.path) })),
  ];
  await Promise.all(files.map(({ path, mode, content }) => writeFile(path, content, { mode, flush: true })));
  await Promise.all(scripts.files.map(({ path, mode }) => chmod(join(scriptsDir, path), mode)));
  await symlink(scriptsDir, join(paths.scriptsHome, 'bin'));
  await account.own(...dirs, ...files.map(({ path }) => path));
  return hostKey.public;
}

function guestConf(name: string, address: string, layout: Layout, account: Account): string {
  const { root, log } = layout.machine(name);
  const settings = {
    CORNAC_USER: account.name,
    CORNAC_SERVICE: 'pg_ctl',
    CORNAC_DISK: 'directory',
    CORNAC_PGBIN: '/usr/lib/postgresql/%s/bin',
    CORNAC_ORIGINS: layout.origins,
    CORNAC_DATA: join(root, 'data'),
    CORNAC_RUN: layout.socketDir(address),
    CORNAC_LOG: log,
    CORNAC_LISTEN: address,
  };
  const quote = (value: string) => `'${value.replaceAll("'", `'\\''`)}'`;
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${quote(value)}\n`)
    .join('');
}

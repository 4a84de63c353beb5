import { execFile } from 'node:child_process';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { backupsIn, isWhole } from '../../model/db-snapshot/backups.ts';
import { type MachineBackups, type Progress, ProviderError, type Stanza } from '../provider.ts';
import { type Account, accountOf } from './account.ts';
import type { Accounts } from './accounts.ts';
import { ensureDirectory } from './files.ts';
import { ownerOf } from './machine-files.ts';
import { confined, spawnOptions } from './namespace.ts';
import { removeTrees } from './remove.ts';

const exec = promisify(execFile);

const OWNER = /^[A-Za-z0-9-]{1,64}$/;
const MAX_INFO_BYTES = 64 * 1024 * 1024;

/** The directory of the instance with this DbiResourceId in the repository. */
export function backupDirectory(repository: string, owner: string): string {
  if (!OWNER.test(owner)) throw new ProviderError('Configuration', `not an owner of backups: ${owner}`);
  return join(repository, owner);
}

/** Makes the machine's directory in the repository. Its user can write there, and machines see no other. */
export async function makeBackupDirectory(
  repository: string,
  owner: string,
  account: Account,
): Promise<string> {
  const directory = backupDirectory(repository, owner);
  await ensureDirectory(directory, 0o700, ownerOf(account));
  return directory;
}

interface BackupsDeps {
  readonly repository: string;
  readonly stateDir: string;
  readonly accounts: Accounts;
}

/**
 * Work in a repository that is a directory of this computer, whether or not the machine still exists. The files belong
 * to the machine's user, so that all of it runs with the rights of that user and sees no other directory.
 */
export function createBackups({ repository, stateDir, accounts }: BackupsDeps): MachineBackups {
  /** Undefined where the instance has no directory. */
  const find = async (owner: string): Promise<{ directory: string; account: Account } | undefined> => {
    const directory = backupDirectory(repository, owner);
    const found = await lstat(directory).catch(() => undefined);
    if (!found?.isDirectory()) return undefined;
    const { maker } = accounts;
    const isOwn = accounts.isolation === 'own';
    return { directory, account: isOwn ? accountOf(maker.name, found.uid, found.gid) : maker };
  };

  const run = async (
    { owner, id, key }: Stanza,
    command: readonly string[],
    { signal }: Progress,
  ): Promise<string> => {
    const found = await find(owner);
    if (!found) return '[]';
    const { directory, account } = found;
    const options = ['--no-config', '--log-level-file=off', '--log-level-console=off', `--stanza=${id}`];
    const where = [`--repo1-path=${directory}`, '--repo1-cipher-type=aes-256-cbc'];
    const [program, ...args] = confined(['pgbackrest', ...options, ...where, ...command], account, {
      ...{ stateDir, repository, root: directory, more: [] },
    });
    const spawn = spawnOptions(account);
    const env = { ...spawn.env, PGBACKREST_REPO1_CIPHER_PASS: key };
    const { stdout } = await exec(program, args, { ...spawn, env, signal, maxBuffer: MAX_INFO_BYTES }).catch(
      (cause) => {
        signal.throwIfAborted();
        throw new ProviderError('Unavailable', `pgbackrest in ${directory}: ${cause.stderr}`, { cause });
      },
    );
    return stdout;
  };

  return {
    directoryOf: (owner) => backupDirectory(repository, owner),

    async keepOnly(stanza, names, progress) {
      if (!(await find(stanza.owner))) return;
      const output = await run(stanza, ['info', '--output=json'], progress);
      if (!isWhole(output)) {
        throw new ProviderError('Unavailable', `the repository of ${stanza.owner} cannot be read`);
      }
      const backups = backupsIn(output);
      // pgBackRest keeps at least one backup. The last one goes with the directory, or once there is another.
      const unused = backups.filter(({ snapshot }) => !names.includes(snapshot));
      const going = unused.length === backups.length ? unused.slice(0, -1) : unused;
      const lock = `--lock-path=${join(backupDirectory(repository, stanza.owner), 'lock')}`;
      for (const { label } of going) {
        await run(stanza, [lock, '--repo1-retention-full=9999999', 'expire', `--set=${label}`], progress);
      }
    },

    async discard(owner, { signal }) {
      const found = await find(owner);
      if (found) await removeTrees([found.directory], [found.directory], found.account, signal);
    },
  };
}

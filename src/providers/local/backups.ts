import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { backupsIn, isDamaged, isWhole, type ListedBackup } from '../../model/db-snapshot/backups.ts';
import { execProgram } from '../../system/fork-server.ts';
import { type MachineBackups, type Progress, ProviderError, type Stanza } from '../provider.ts';
import { accountOf } from './account.ts';
import { type BackupDirectory, backupDirectory } from './backup-directory.ts';
import type { Context } from './context.ts';
import { confined, spawnOptions } from './namespace.ts';
import { removeTrees } from './remove.ts';
import { createRestore, type Locked } from './restore.ts';

const MAX_INFO_BYTES = 64 * 1024 * 1024;

/**
 * Work in a repository that is a directory of this computer, whether or not the machine still exists. The files belong
 * to the machine's user, so that all of it runs with the rights of that user and sees no other directory.
 */
export function createBackups(context: Context, repository: string, locked: Locked): MachineBackups {
  const {
    accounts,
    layout: { stateDir },
  } = context;
  const unreadable = (cause: NodeJS.ErrnoException) =>
    new ProviderError('Unavailable', `the repository of backups cannot be read: ${cause.message}`, { cause });
  /** Undefined where the instance has no directory. @throws ProviderError Unavailable, also where the repository is gone */
  const find = async (owner: string): Promise<BackupDirectory | undefined> => {
    const directory = backupDirectory(repository, owner);
    const found = await lstat(directory).catch(async (error) => {
      if (error.code !== 'ENOENT') throw unreadable(error);
      // Cornac has made the directory of all backups, which may be on a file system that is not mounted now.
      await lstat(repository).catch((gone) => {
        throw unreadable(gone);
      });
    });
    if (!found?.isDirectory()) return undefined;
    const { maker } = accounts;
    const isOwn = accounts.isolation === 'own';
    return { directory, account: isOwn ? accountOf(maker.name, found.uid, found.gid) : maker };
  };

  const run = async (
    { directory, account }: BackupDirectory,
    { id, key }: Stanza,
    command: readonly string[],
    { signal }: Progress,
  ): Promise<string> => {
    const options = ['--no-config', '--log-level-file=off', '--log-level-console=off', `--stanza=${id}`];
    const where = [`--repo1-path=${directory}`, '--repo1-cipher-type=aes-256-cbc'];
    const [program, ...args] = confined(['pgbackrest', ...options, ...where, ...command], account, {
      ...{ stateDir, repository, root: directory, more: [] },
    });
    const spawn = spawnOptions(account);
    const env = { ...spawn.env, PGBACKREST_REPO1_CIPHER_PASS: key };
    const { stdout } = await execProgram(program, args, {
      ...spawn,
      env,
      signal,
      maxBuffer: MAX_INFO_BYTES,
    }).catch((cause) => {
      signal.throwIfAborted();
      throw new ProviderError('Unavailable', `pgbackrest in ${directory}: ${cause.stderr}`, { cause });
    });
    return stdout;
  };

  /** Undefined where the list is damaged. @throws ProviderError Unavailable where it cannot be read */
  const list = async (
    found: BackupDirectory,
    stanza: Stanza,
    progress: Progress,
  ): Promise<ListedBackup[] | undefined> => {
    const output = await run(found, stanza, ['info', '--output=json'], progress);
    if (isWhole(output)) return backupsIn(output);
    if (isDamaged(output)) return undefined;
    throw new ProviderError('Unavailable', `the repository of ${stanza.owner} cannot be read`);
  };

  return {
    directoryOf: (owner) => backupDirectory(repository, owner),

    async keepOnly(stanza, { manual, automated }, progress) {
      const found = await find(stanza.owner);
      if (!found) return;
      const backups = await list(found, stanza, progress);
      if (!backups) {
        throw new ProviderError('Unavailable', `the list of the backups of ${stanza.owner} is damaged`);
      }
      // pgBackRest keeps at least one backup. The last one goes with the directory, or once there is another.
      const unused = backups.filter(({ snapshot }) => ![...manual, ...automated].includes(snapshot));
      const going = unused.length === backups.length ? unused.slice(0, -1) : unused;
      const lock = `--lock-path=${join(found.directory, 'lock')}`;
      const expire = (...words: string[]) =>
        run(found, stanza, [lock, '--repo1-retention-full=9999999', 'expire', ...words], progress);
      for (const { label } of going) await expire(`--set=${label}`);
      // The number of the newest backups since which the log stays without a gap.
      const left = backups.filter((backup) => !going.includes(backup));
      const first = left.findIndex(({ snapshot }) => automated.includes(snapshot));
      const continuous = first < 0 ? 1 : left.length - first;
      await expire(`--repo1-retention-archive=${continuous}`, '--repo1-retention-archive-type=full');
    },

    async discard(owner, { signal }) {
      const found = await find(owner);
      if (found) await removeTrees([found.directory], [found.directory], found.account, signal);
    },

    restore: createRestore({ context, find, list, locked }),
  };
}

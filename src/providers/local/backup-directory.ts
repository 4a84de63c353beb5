import { join } from 'node:path';
import { ProviderError } from '../provider.ts';
import type { Account } from './account.ts';
import { ensureDirectory } from './files.ts';
import { ownerOf } from './machine-files.ts';

/** The directory of an instance in the repository, and the user to whom it belongs. */
export interface BackupDirectory {
  readonly directory: string;
  readonly account: Account;
}

const OWNER = /^[A-Za-z0-9-]{1,64}$/;

/** The directory of the instance with this DbiResourceId in the repository. */
export function backupDirectory(repository: string, owner: string): string {
  if (!OWNER.test(owner)) throw new ProviderError('Configuration', `not an owner of backups: ${owner}`);
  return join(repository, owner);
}

/**
 * Gives the directory its owner and mode. Its group is its user's alone, and lets one process of another machine read it:
 * `createRestore`.
 */
export function ensureBackupDirectory({ directory, account }: BackupDirectory): Promise<void> {
  return ensureDirectory(directory, account.exclusive ? 0o750 : 0o700, ownerOf(account));
}

/** Makes the machine's directory in the repository. Its user can write there, and machines see no other. */
export async function makeBackupDirectory(
  repository: string,
  owner: string,
  account: Account,
): Promise<string> {
  const directory = backupDirectory(repository, owner);
  await ensureBackupDirectory({ directory, account });
  return directory;
}

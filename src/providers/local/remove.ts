import { lstat } from 'node:fs/promises';
import { execProgram } from '../../system/fork-server.ts';
import { ProviderError } from '../provider.ts';
import type { Account } from './account.ts';

/**
 * Empties directories. Their user cannot remove them, because Cornac owns their parents. rm alone cannot
 * enter a directory that its user has closed.
 */
const EMPTY = `exec 2>/dev/null
rm -rf --one-file-system -- "$@"
for dir; do
  [ ! -d "$dir" ] || [ -z "$(find "$dir" -mindepth 1 -print -quit || echo closed)" ] || {
    chmod -R u+rwx -- "$dir"
    rm -rf --one-file-system -- "$dir"
  }
done`;

/**
 * Removes directories of a machine whose processes have ended: first `userPaths`, which belong to its user,
 * then `ownPaths`, which belong to Cornac. The user's files are removed with the user's rights, whatever they
 * are. rm and chmod follow no link, and handle trees that are deeper than the longest path.
 * @throws ProviderError Unavailable when something cannot be removed
 */
export async function removeTrees(
  userPaths: readonly string[],
  ownPaths: readonly string[],
  { spawn }: Account,
  signal?: AbortSignal,
): Promise<void> {
  const there = await existing(userPaths);
  if (there.length > 0) {
    await execProgram('/bin/sh', ['-c', EMPTY, 'sh', ...there], { ...spawn, cwd: '/', signal }).catch(
      () => {},
    );
    signal?.throwIfAborted();
  }
  const left = await existing(ownPaths);
  if (left.length === 0) return;
  await execProgram('rm', ['-rf', '--one-file-system', '--', ...left], { cwd: '/', signal }).catch(
    (cause) => {
      signal?.throwIfAborted();
      throw new ProviderError('Unavailable', `cannot remove ${left.join(', ')}: ${cause.stderr}`, { cause });
    },
  );
}

async function existing(paths: readonly string[]): Promise<string[]> {
  const results = paths.map((path) =>
    lstat(path).then(
      () => [path],
      (error) => {
        if (error.code === 'ENOENT') return [];
        throw error;
      },
    ),
  );
  return (await Promise.all(results)).flat();
}

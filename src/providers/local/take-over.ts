import { constants } from 'node:fs';
import { chmod, lchown, lstat, open, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ProviderError } from '../provider.ts';
import type { Account } from './account.ts';
import type { MachinePaths } from './layout.ts';
import { removeTrees } from './remove.ts';

export interface TakeOverSteps {
  /** Ends all processes of the machine, under any account. */
  endProcesses(): Promise<void>;
  /** The account of all machines before each had its own. */
  readonly shared: Account | undefined;
  readonly signal: AbortSignal;
}

/**
 * Converts a machine whose directory belonged to its user, or to another uid, into the present layout. Only
 * data and log stay, and get the new owner; nothing else in the directory is trusted. May be interrupted at
 * any point and repeated, because the caller writes the new record last.
 * @param oldUid the recorded owner of the data, where a record names it
 */
export async function takeOver(
  paths: MachinePaths,
  socketDir: string,
  account: Account,
  oldUid: number | undefined,
  { endProcesses, shared, signal }: TakeOverSteps,
): Promise<void> {
  // From here on no process can enter. `giveTree` handles a process that already holds a descriptor inside.
  await lchown(paths.root, 0, 0);
  await chmod(paths.root, 0o700);
  await endProcesses();
  const kept = [paths.data, paths.log, paths.record].map((path) => basename(path));
  const others = (await readdir(paths.root)).filter((name) => !kept.includes(name));
  const stale = [...others.map((name) => join(paths.root, name)), socketDir];
  await removeTrees([], stale, account, signal);

  const from = [oldUid, shared?.uid].filter((uid) => uid !== undefined);
  const isDirectory = await Promise.all([paths.log, paths.data].map(isRealDirectory));
  if (isDirectory[1] === false) {
    throw new ProviderError(
      'Conflict',
      `${paths.data} is not a directory; create one there, or mount a disk`,
    );
  }
  if (isDirectory[0] === false) await removeTrees([], [paths.log], account, signal);
  for (const tree of [paths.log, paths.data]) {
    if (await isRealDirectory(tree)) await giveTree(tree, from, account, signal);
  }
}

/** Undefined where the path does not exist. */
function isRealDirectory(path: string): Promise<boolean | undefined> {
  return lstat(path).then(
    (found) => found.isDirectory(),
    () => undefined,
  );
}

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_DIRECTORY } = constants;

/** PostgreSQL's own directories are five levels deep. Directories below this limit keep their owner. */
const MAX_DEPTH = 32;

/**
 * Changes the owner of the directories and regular files of a tree. Each file is opened and checked before
 * its owner changes. So no link is followed, and no other user's file that is linked into the tree changes
 * its owner, even when a process changes the tree meanwhile. Links, pipes and sockets keep their owner,
 * because it has no meaning.
 * @param from uids of the present owners
 */
export async function giveTree(
  tree: string,
  from: readonly number[],
  { uid, gid }: Pick<Account, 'uid' | 'gid'>,
  signal: AbortSignal,
): Promise<void> {
  const visit = async (at: string, depth: number): Promise<void> => {
    signal.throwIfAborted();
    const handle = await open(at, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => undefined);
    if (!handle) return; // a link, a socket, or missing
    try {
      const found = await handle.stat();
      const isGiven = found.uid === uid;
      if (!isGiven && !from.includes(found.uid)) return;
      const isPlain = found.isDirectory() || (found.isFile() && found.nlink === 1);
      if (isPlain && !isGiven) await handle.chown(uid, gid);
      if (!found.isDirectory() || depth === MAX_DEPTH) return;
      const here = `/proc/self/fd/${handle.fd}`;
      for (const name of await readdir(here)) await visit(`${here}/${name}`, depth + 1);
    } finally {
      await handle.close();
    }
  };
  const parent = await open(dirname(tree), O_RDONLY | O_DIRECTORY);
  try {
    await visit(`/proc/self/fd/${parent.fd}/${basename(tree)}`, 0);
  } finally {
    await parent.close();
  }
}

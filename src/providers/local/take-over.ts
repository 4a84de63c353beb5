import { constants } from 'node:fs';
import { chmod, lchown, lstat, open, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ProviderError } from '../provider.ts';
import type { Account } from './account.ts';
import type { MachinePaths } from './layout.ts';
import { removeTrees } from './remove.ts';

export interface TakeOverSteps {
  /** Ends all processes of the machine, whichever account they have. */
  endProcesses(): Promise<void>;
  /** The account that all machines had before each had its own. */
  readonly shared: Account | undefined;
  readonly signal: AbortSignal;
}

/**
 * Makes a machine whose directory belonged to its user, or to another uid, one of the present layout: of what is there
 * only data and log stay, and get the new owner. Nothing else in it is believed. May be cut short anywhere and done again,
 * because the caller writes the new record last.
 * @param oldUid whose the data are, where that was noted
 */
export async function takeOver(
  paths: MachinePaths,
  socketDir: string,
  account: Account,
  oldUid: number | undefined,
  { endProcesses, shared, signal }: TakeOverSteps,
): Promise<void> {
  // From here on no process comes in anew; one that is inside with a descriptor is met with in `giveTree`.
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
      `${paths.data} is no directory; put one there, or mount a disk on it`,
    );
  }
  if (isDirectory[0] === false) await removeTrees([], [paths.log], account, signal);
  for (const tree of [paths.log, paths.data]) {
    if (await isRealDirectory(tree)) await giveTree(tree, from, account, signal);
  }
}

/** Undefined where nothing is. */
function isRealDirectory(path: string): Promise<boolean | undefined> {
  return lstat(path).then(
    (found) => found.isDirectory(),
    () => undefined,
  );
}

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_DIRECTORY } = constants;

/** PostgreSQL's own directories are five levels deep. Those that are deeper keep their owner, and PostgreSQL misses nothing. */
const DEEPEST = 32;

/**
 * Gives the directories and regular files of a tree to another owner. Each is opened, and looked at, before it is given: so
 * no link is followed, and no file of somebody else's that was linked to from here is given away, even by a process that
 * changes the tree meanwhile. Links, pipes and sockets stay as they are: whose they are means nothing.
 * @param from whose they may be now
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
    if (!handle) return; // a link, a socket, or gone
    try {
      const found = await handle.stat();
      const isGiven = found.uid === uid;
      if (!isGiven && !from.includes(found.uid)) return;
      const isPlain = found.isDirectory() || (found.isFile() && found.nlink === 1);
      if (isPlain && !isGiven) await handle.chown(uid, gid);
      if (!found.isDirectory() || depth === DEEPEST) return;
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

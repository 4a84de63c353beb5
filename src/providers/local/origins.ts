import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { GuestScripts } from '../../guest/scripts.ts';
import { execProgram } from '../../system/fork-server.ts';
import { withLock } from '../../system/process-lock.ts';
import type { Progress } from '../provider.ts';
import type { Account } from './account.ts';
import type { Accounts } from './accounts.ts';
import { ensureDirectory } from './files.ts';
import type { Layout } from './layout.ts';
import { hasLocaleOfRds } from './locale.ts';
import { isRoot, makeOwnDirectories, ownerOf, writeGuestConf } from './machine-files.ts';
import { installScripts } from './machine-scripts.ts';
import { confined, spawnOptions } from './namespace.ts';

/**
 * Makes the directories of the clusters that machines copy. They belong to a user that no machine has,
 * because a machine that could write there could change the cluster of another machine. Their content is not
 * secret: all machines read it. Other users of this computer cannot reach it.
 */
export async function makeOriginDirectories(layout: Layout, accounts: Accounts): Promise<void> {
  const { isolation, maker } = accounts;
  if (isolation !== 'own') {
    await ensureDirectory(layout.origins, isolation === 'self' ? 0o700 : 0o710, ownerWithGroup(maker.gid));
    return ensureDirectory(layout.clusters, 0o700, ownerOf(maker));
  }
  await ensureDirectory(layout.origins, 0o700, ownerWithGroup(0));
  await ensureDirectory(layout.clusters, 0o755, ownerOf(maker));
  await ensureDirectory(layout.spares, 0o711, ownerWithGroup(0));
  await ensureDirectory(layout.newSpares, 0o700, ownerOf(maker));
}

function ownerWithGroup(gid: number) {
  return isRoot() ? { uid: 0, gid } : {};
}

/**
 * Makes a cluster to copy for this major version, unless the present scripts have made one. Machines that
 * share an account make their clusters themselves.
 */
export async function ensureOrigin(
  major: string,
  layout: Layout,
  { isolation, maker }: Accounts,
  scripts: GuestScripts,
  { signal }: Progress,
): Promise<void> {
  if (isolation !== 'own') return;
  const directory = join(layout.clusters, await originName(major, scripts));
  if (await exists(directory)) return;
  await withLock(join(layout.locks, `origin-${major}`), signal, async () => {
    if (await exists(directory)) return;
    await runAsMaker(['make-origin', major, directory], { layout, maker, scripts }, signal);
  });
}

/** What the maker of clusters needs. */
export interface Maker {
  readonly layout: Layout;
  readonly maker: Account;
  readonly scripts: GuestScripts;
}

/** Runs a script of the guest as the maker of clusters. It sees no machine, and writes where it makes clusters only. */
export async function runAsMaker(
  [name, ...words]: readonly [string, ...string[]],
  { layout, maker, scripts }: Maker,
  signal: AbortSignal,
): Promise<void> {
  const { root } = layout.maker;
  await withLock(join(layout.locks, 'origins'), signal, async () => {
    await makeOwnDirectories(layout.maker, maker);
    await installScripts(layout.maker, scripts);
    await writeGuestConf(layout.maker, root, '', layout, maker);
  });
  const script = join(root, scripts.directory, name);
  const view = { stateDir: layout.stateDir, root, more: [layout.clusters, layout.newSpares] };
  const [program, ...args] = confined([script, ...words], maker, view);
  await execProgram(program, args, { ...spawnOptions(maker), signal });
}

/** The name under which appliance/guest/init-cluster looks for it. The locale of an origin never changes. */
export async function originName(major: string, { directory }: GuestScripts): Promise<string> {
  const hash = directory.slice(directory.lastIndexOf('-') + 1);
  return `${major}-${hash}${(await hasLocaleOfRds()) ? '' : '-C'}`;
}

export function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

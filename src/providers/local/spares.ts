import { randomUUID } from 'node:crypto';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { within } from '../../system/deadline.ts';
import { execProgram } from '../../system/fork-server.ts';
import { hasCode } from '../../system/has-code.ts';
import { tryLock } from '../../system/process-lock.ts';
import { warn } from '../../system/warn.ts';
import type { Account } from './account.ts';
import type { Accounts } from './accounts.ts';
import { exists, type Maker, originName, runAsMaker } from './origins.ts';
import { removeTrees } from './remove.ts';

// For a disk that hangs.
const MAKE_MS = 60_000;
/** A copy takes half of the processor time of a create, so that it waits for the end of the creates under way. */
const PAUSE_MS = 1_000;

/** A cluster that is kept ready, so that the next machine need not wait for its copy. */
export interface Spares {
  /**
   * Gives a new machine the spare cluster of this version, where there is one and the machine has no cluster.
   * The next spare is made in the background.
   */
  give(name: string, major: string, account: Account, signal: AbortSignal): Promise<void>;
  /** Removes what a `give` that was killed has left for this machine. */
  forget(name: string): Promise<void>;
  /** Makes no more spares, and waits for the end of the present one, which takes a second, or a minute on a disk that hangs. */
  close(): Promise<void>;
}

/**
 * Spares exist only where each machine has its own user. The maker of clusters makes a spare; root gives it to
 * the machine's user in a directory that neither of the two can enter, and moves it to the machine when all of it
 * is on the disk. So root follows no path that another user could replace.
 */
export function createSpares({
  layout,
  accounts: { maker, isolation },
  scripts,
}: Pick<Maker, 'layout' | 'scripts'> & { readonly accounts: Accounts }): Spares {
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;
  let making: Promise<void> = Promise.resolve();

  async function make(major: string): Promise<void> {
    const name = await originName(major, scripts);
    const origin = join(layout.clusters, name);
    const spare = join(layout.newSpares, name);
    if ((await exists(spare)) || !(await exists(origin))) return;
    const lock = await tryLock(join(layout.locks, 'spares'));
    // Another worker of this computer makes one.
    if (!lock) return;
    try {
      await removeOthers(name);
      await within(MAKE_MS, (signal) =>
        runAsMaker(['make-spare', origin, spare], { layout, maker, scripts }, signal),
      );
    } finally {
      await lock.release();
    }
  }

  /**
   * Removes spares of other scripts, which no machine gets any more, those of other versions, because each takes 40 MB,
   * and what killed runs have left. Each gets another name first, so that none is given or finished while it is removed.
   */
  async function removeOthers(name: string): Promise<void> {
    const others = (await readdir(layout.newSpares)).filter((other) => other !== name);
    const paths = others.map(() => join(layout.newSpares, `removed-${randomUUID()}`));
    for (const [index, other] of others.entries()) {
      // A run that still works may have removed its draft.
      await rename(join(layout.newSpares, other), paths[index] as string).catch((error) => {
        if (!hasCode(error, 'ENOENT')) throw error;
      });
    }
    await removeTrees(paths, [], maker);
  }

  function prepare(major: string): void {
    if (isolation !== 'own' || isClosed) return;
    clearTimeout(timer);
    const begin = () => {
      making = making
        .then(() => make(major))
        .catch((error) => {
          // A machine makes its cluster itself where there is no spare.
          warn(`no spare cluster of PostgreSQL ${major}: ${error.message}`);
        });
    };
    timer = setTimeout(begin, PAUSE_MS).unref();
  }

  /** Gives the cluster `given` to the owner, and moves it to its place when all of that is on the disk. */
  async function moveTo(pgdata: string, given: string, owner: string, signal: AbortSignal): Promise<void> {
    await execProgram('chown', ['-hR', owner, given], { signal });
    await execProgram('sync', ['-f', given], { signal });
    await rename(given, pgdata);
  }

  const forget = (name: string) => rm(join(layout.spares, `of-${name}`), { recursive: true, force: true });

  return {
    forget,
    give: async (name, major, { uid, gid }, signal) => {
      if (isolation !== 'own') return;
      const { pgdata } = layout.machine(name);
      if (await exists(pgdata)) return;
      const given = join(layout.spares, `of-${name}`);
      await forget(name);
      const spare = join(layout.newSpares, await originName(major, scripts));
      const isTaken = await rename(spare, given).then(
        () => true,
        (error) => {
          if (hasCode(error, 'ENOENT')) return false;
          throw error;
        },
      );
      if (isTaken) {
        await moveTo(pgdata, given, `${uid}:${gid}`, signal).catch(async (error) => {
          signal.throwIfAborted();
          // Also where the machine has made a cluster meanwhile, or its directory is on another file system.
          await forget(name);
          warn(`the spare cluster cannot be given to ${name}: ${error.message}`);
        });
      }
      prepare(major);
    },
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      await making;
    },
  };
}

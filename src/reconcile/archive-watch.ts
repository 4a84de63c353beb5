import { setTimeout as delay } from 'node:timers/promises';
import type { Inventory } from '../inventory/inventory.ts';
import type { Instance } from '../model/db-instance/instance.ts';
import { isServing } from '../model/db-instance/status.ts';
import { findFailingSince, type WaitingLog } from '../model/server/archive.ts';
import { createLimit } from '../system/limit.ts';
import { findArchive, type Place } from './server-status.ts';

export interface ArchiveWatchDeps {
  readonly inventory: Pick<Inventory, 'instances' | 'lineages' | 'snapshots' | 'upkeep'>;
  readonly place: Place;
  readonly log: { warn(fields: object, message: string): void };
}

/** From the start of one round to the next. With `archive_timeout` it keeps LatestRestorableTime below five minutes. */
const ROUND_MS = 30_000;
/** Machines that are asked at once. One that hangs takes 15 seconds. */
const AT_ONCE = 20;

/** Whether the server runs. Many operations leave it running. */
function runs({ status, address }: Instance): boolean {
  return address !== null && (isServing(status) || status === 'backing-up');
}

/**
 * Stores for each instance that had a backup whether its machine reports that its log is archived, and, for one with
 * automated backups, the moment to which it can be restored: not before its first automated backup, and never a moment that
 * is still to come.
 * @param only the DbiResourceId of the one instance to look at
 */
export async function noteArchives(
  { inventory, place, log }: ArchiveWatchDeps,
  signal?: AbortSignal,
  only?: string,
): Promise<void> {
  const { instances, lineages, snapshots, upkeep } = inventory;
  const owners = await lineages.listOwners();
  if (owners.size === 0) return;
  const archiving = (await instances.list()).filter(
    (each) =>
      runs(each) && owners.has(each.dbiResourceId) && (only ?? each.dbiResourceId) === each.dbiResourceId,
  );
  if (archiving.length === 0) return;
  const automated = await snapshots.list({ types: new Set(['automated']) });
  const available = automated.filter(({ status }) => status === 'available');
  const isBackedUp = ({ dbiResourceId }: Instance, at: Date) =>
    available.some(({ instance, createdAt }) => instance.dbiResourceId === dbiResourceId && createdAt <= at);

  const noteRestorable = async (instance: Instance, at: Date): Promise<void> => {
    if (at.getTime() > Date.now() || !isBackedUp(instance, at)) return;
    await upkeep.noteRestorable(instance.dbiResourceId, at);
  };
  const noteWaiting = async (instance: Instance, waiting: WaitingLog): Promise<void> => {
    const { dbiResourceId, identifier, createdAt } = instance;
    const since = findFailingSince(waiting, { now: new Date(), notBefore: createdAt });
    if ((since === null) === ((instance.archiveFailingSince ?? null) === null)) return;
    if (!(await upkeep.noteArchiving(dbiResourceId, since))) return;
    if (since) log.warn({ identifier, since, ...waiting }, 'the write-ahead log of a server is not archived');
    else log.warn({ identifier }, 'the write-ahead log of a server is archived again');
  };

  const limit = createLimit(AT_ONCE);
  await Promise.all(
    archiving.map((instance) =>
      limit(async () => {
        if (signal?.aborted) return;
        const { restorableAt, waiting } = (await findArchive(instance, place)) ?? {};
        if (restorableAt) await noteRestorable(instance, restorableAt);
        if (waiting) await noteWaiting(instance, waiting);
      }),
    ),
  );
}

/** Does so twice a minute, in one worker at a time. Runs until `signal` is aborted. Never throws. */
export async function watchArchives(deps: ArchiveWatchDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const began = Date.now();
    // The inventory may be unreachable.
    await noteArchives(deps, signal).catch(() => {});
    const pause = Math.max(0, began + ROUND_MS - Date.now());
    await delay(pause, undefined, { signal }).catch(() => {});
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import type { Inventory } from '../inventory/inventory.ts';
import type { Instance } from '../model/db-instance/instance.ts';
import { isArchiving } from '../model/db-instance/status.ts';
import { groupByInstance, type Snapshot } from '../model/db-snapshot/snapshot.ts';
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

/** Whether the machine can tell something about the archive. */
function canTell({ status, address }: Instance): boolean {
  return address !== null && isArchiving(status);
}

/** Stores what the machine of the instance reports. @param automated the automated snapshots of the instance */
async function note(
  { inventory: { upkeep }, place, log }: ArchiveWatchDeps,
  instance: Instance,
  automated: readonly Snapshot[],
): Promise<void> {
  const { dbiResourceId, identifier, createdAt } = instance;
  const isBackedUp = (at: Date) =>
    automated.some((each) => each.status === 'available' && each.createdAt <= at);

  const noteRestorable = async (at: Date): Promise<void> => {
    if (at.getTime() > Date.now() || !isBackedUp(at)) return;
    await upkeep.noteRestorable(dbiResourceId, at);
  };
  const noteWaiting = async (waiting: WaitingLog): Promise<void> => {
    const since = findFailingSince(waiting, { now: new Date(), notBefore: createdAt });
    if ((since === null) === ((instance.archiveFailingSince ?? null) === null)) return;
    if (!(await upkeep.noteArchiving(dbiResourceId, since))) return;
    if (since) log.warn({ identifier, since, ...waiting }, 'the write-ahead log of a server is not archived');
    else log.warn({ identifier }, 'the write-ahead log of a server is archived again');
  };

  const { restorableAt, waiting } = (await findArchive(instance, place)) ?? {};
  if (restorableAt) await noteRestorable(restorableAt);
  if (waiting) await noteWaiting(waiting);
}

/** Does what `noteArchives` does, for one instance, which has had a backup. */
export async function noteArchiveOf(deps: ArchiveWatchDeps, dbiResourceId: string): Promise<void> {
  const { instances, snapshots } = deps.inventory;
  const instance = await instances.find({ dbiResourceId });
  if (!instance || !canTell(instance)) return;
  const own = { types: new Set(['automated'] as const), dbiResourceIds: new Set([dbiResourceId]) };
  await note(deps, instance, await snapshots.list(own));
}

/**
 * Stores for each instance that had a backup whether its machine reports that its log is archived, and, for one with
 * automated backups, the moment to which it can be restored: not before its first automated backup, and never a moment that
 * is still to come.
 */
export async function noteArchives(deps: ArchiveWatchDeps, signal?: AbortSignal): Promise<void> {
  const { instances, lineages, snapshots } = deps.inventory;
  const owners = await lineages.listOwners();
  if (owners.size === 0) return;
  const archiving = (await instances.list()).filter(
    (each) => canTell(each) && owners.has(each.dbiResourceId),
  );
  if (archiving.length === 0) return;
  const automated = groupByInstance(await snapshots.list({ types: new Set(['automated'] as const) }));
  const limit = createLimit(AT_ONCE);
  await Promise.all(
    archiving.map((instance) =>
      limit(async () => {
        if (!signal?.aborted) await note(deps, instance, automated.get(instance.dbiResourceId) ?? []);
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

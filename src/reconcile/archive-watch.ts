import { setTimeout as delay } from 'node:timers/promises';
import type { Inventory } from '../inventory/inventory.ts';
import type { Instance } from '../model/db-instance/instance.ts';
import { isServing } from '../model/db-instance/status.ts';
import { createLimit } from '../system/limit.ts';
import { findRestorable, type Place } from './server-status.ts';

export interface ArchiveWatchDeps {
  readonly inventory: Pick<Inventory, 'instances' | 'snapshots' | 'upkeep'>;
  readonly place: Place;
}

/** From the start of one round to the next. With `archive_timeout` it keeps LatestRestorableTime below five minutes. */
const ROUND_MS = 30_000;
/** Machines that are asked at once. One that hangs takes 15 seconds. */
const AT_ONCE = 20;

/** Whether the server runs and archives its log. Many operations leave it running. */
function archives({ backupRetentionPeriod = 0, status, address }: Instance): boolean {
  return backupRetentionPeriod > 0 && address !== null && (isServing(status) || status === 'backing-up');
}

/**
 * Stores for each instance with automated backups the moment to which it can be restored, as its machine reports it: not
 * before its first automated backup, and never a moment that is still to come.
 */
export async function noteArchives(
  { inventory, place }: ArchiveWatchDeps,
  signal?: AbortSignal,
): Promise<void> {
  const archiving = (await inventory.instances.list()).filter(archives);
  if (archiving.length === 0) return;
  const automated = await inventory.snapshots.list({ types: new Set(['automated']) });
  const available = automated.filter(({ status }) => status === 'available');
  const isBackedUp = ({ dbiResourceId }: Instance, at: Date) =>
    available.some(({ instance, createdAt }) => instance.dbiResourceId === dbiResourceId && createdAt <= at);
  const limit = createLimit(AT_ONCE);
  await Promise.all(
    archiving.map((instance) =>
      limit(async () => {
        if (signal?.aborted) return;
        const found = await findRestorable(instance, place);
        if (!found || found.getTime() > Date.now() || !isBackedUp(instance, found)) return;
        await inventory.upkeep.noteRestorable(instance.dbiResourceId, found);
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

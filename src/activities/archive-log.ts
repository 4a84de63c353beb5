import { setTimeout as delay } from 'node:timers/promises';
import { log } from '@temporalio/activity';
import type { Archive } from '../model/server/archive.ts';
import { placeOf } from '../providers/places.ts';
import { within } from '../system/deadline.ts';
import type { ActivityDeps } from './deps.ts';
import type { HeldCall } from './operation-activity.ts';

/** A repository that is away does not hold up a deletion. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 500;
/** The restorable moment is a second before the one that is proven. So what the server has by now needs a second. */
const MARGIN_MS = 1000;

/**
 * Ends the log of a server that is about to go, and waits until it is in the repository, so that retained backups restore
 * up to the end. What is not there in time is lost, as it is where the server does not run.
 */
export function createArchiveLog({
  provider,
  guest,
  inventory,
}: Pick<ActivityDeps, 'provider' | 'guest' | 'inventory'>) {
  /** Stores each moment that is proven, because a server that is written to may never have archived all of its log. */
  const archive = async ({ instance }: HeldCall, signal: AbortSignal): Promise<boolean> => {
    const { machine: name, dbiResourceId } = instance;
    const found = await placeOf(provider, instance).lookAtMachine(name);
    const machine = found && 'reach' in found ? found.reach : undefined;
    if (!machine) return false;
    const look = (endSegment: boolean) => guest.findArchive(machine, { signal, endSegment });
    await delay(MARGIN_MS, undefined, { signal });
    const { restorableAt: before = new Date(0), waiting } = await look(true);
    for (let left = waiting; left; ) {
      await delay(LOOK_MS, undefined, { signal });
      const { restorableAt, waiting: next = left } = await look(false).catch((error): Archive => {
        signal.throwIfAborted();
        log.warn('a machine does not report the archive of its log', { name, reason: error.message });
        return {};
      });
      if (restorableAt && restorableAt > before && restorableAt.getTime() <= Date.now()) {
        await inventory.upkeep.noteRestorable(dbiResourceId, restorableAt);
        if (next.files === 0) return true;
      }
      left = next;
    }
    return false;
  };

  return async (call: HeldCall): Promise<void> => {
    const { identifier } = call.instance;
    const { signal } = call.progress;
    const isArchived = await within(PATIENCE_MS, (own) => archive(call, own), signal).catch(
      (error: Error) => {
        signal.throwIfAborted();
        log.warn('the end of a log cannot be archived', { identifier, reason: error.message });
      },
    );
    if (!isArchived) log.warn('retained backups end before their instance', { identifier });
  };
}

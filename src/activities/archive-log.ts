import { setTimeout as delay } from 'node:timers/promises';
import { log } from '@temporalio/activity';
import { placeOf } from '../providers/places.ts';
import type { RunningMachine } from '../providers/provider.ts';
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
  /** @returns the moment up to which all is in the repository */
  const archive = async (machine: RunningMachine, signal: AbortSignal): Promise<Date | undefined> => {
    await delay(MARGIN_MS, undefined, { signal });
    const first = await guest.findArchive(machine, { signal, endSegment: true });
    const { restorableAt: before = new Date(0), waiting } = first;
    for (let left = waiting; left; ) {
      await delay(LOOK_MS, undefined, { signal });
      const { restorableAt, waiting: next } = await guest.findArchive(machine, { signal });
      if (next?.files === 0 && restorableAt && restorableAt > before) return restorableAt;
      left = next;
    }
    return undefined;
  };

  return async ({ instance, progress: { signal } }: HeldCall): Promise<void> => {
    const { machine: name, dbiResourceId, identifier } = instance;
    const machine = await placeOf(provider, instance).findRunning(name);
    if (!machine) return;
    const at = await within(PATIENCE_MS, (own) => archive(machine, own), signal).catch((error: Error) => {
      signal.throwIfAborted();
      log.warn('the end of a log cannot be archived', { identifier, reason: error.message });
      return undefined;
    });
    if (at && at.getTime() <= Date.now()) await inventory.upkeep.noteRestorable(dbiResourceId, at);
    else log.warn('retained backups end before their instance', { identifier });
  };
}

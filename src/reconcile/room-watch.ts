import { setTimeout as delay } from 'node:timers/promises';
import type { Inventory } from '../inventory/inventory.ts';
import { RECONCILER } from '../inventory/outbox.ts';
import type { Instance } from '../model/db-instance/instance.ts';
import { leastShare, noteRoom, type Room } from '../model/server/room.ts';
import { isInService } from './compare.ts';
import { probePostgres } from './postgres-probe.ts';
import { findRoom, type Place } from './server-status.ts';
import { findUnchanged } from './unchanged.ts';

export interface RoomWatchDeps {
  readonly inventory: Pick<Inventory, 'instances'>;
  readonly place: Place;
  readonly log: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
  };
}

export interface RoomPace {
  /** Looks per second. Each look is an SSH session, usually with a connection of its own. */
  readonly rate: number;
  /** Open looks at once. A look at a guest that hangs takes 15 seconds. */
  readonly inFlight: number;
  /** From one look at an instance to the next. With 10,000 instances it takes longer. */
  readonly restMs: number;
  /** The same for an instance with little room. */
  readonly lowRestMs: number;
  /**
   * The same for an instance whose data has no volume of its own, and the upper limit for an instance that
   * repeatedly does not answer.
   */
  readonly silentRestMs: number;
  /** The minimum time from one list of the instances to the next. */
  readonly listMs: number;
}

const PACE: RoomPace = {
  rate: 2,
  inFlight: 20,
  restMs: 60_000,
  lowRestMs: 20_000,
  silentRestMs: 15 * 60_000,
  listMs: 2_000,
};

/** The looks of so many seconds are taken from one list. */
const BATCH_S = 10;
/** Below this free share the looks come sooner. */
const NEARLY_LOW = 0.25;

/**
 * Watches the room for the data of instances, in one worker at a time: an SSH session to each now and then,
 * sooner where little room is left. Warns, makes a full instance `storage-full`, and makes it available again
 * once it has room. Only what the machine itself reports counts. Runs until `signal` is aborted. Never
 * throws.
 */
export async function watchRoom(
  { inventory, place, log }: RoomWatchDeps,
  signal: AbortSignal,
  pace: RoomPace = PACE,
): Promise<void> {
  /** By DbiResourceId, the time of the next look. */
  const next = new Map<string, number>();
  /** By DbiResourceId, the looks in a row without an answer. */
  const silences = new Map<string, number>();
  const open = new Set<Promise<void>>();

  const note = async (seen: Instance, room: Room): Promise<void> => {
    const isNews = (instance: Instance) => {
      const found = noteRoom(instance, room);
      return found.status !== instance.status || Object.keys(found.patch).length > 0 ? found : undefined;
    };
    // An operation may have added storage since the look.
    if (!isNews(seen) || (await findUnchanged(inventory, [seen])).length === 0) return;
    const { dbiResourceId, identifier } = seen;
    await inventory.instances.change({ dbiResourceId }, { requestId: RECONCILER }, (instance) => {
      const found = isInService(instance) ? isNews(instance) : undefined;
      if (!found) return {};
      if (found.status !== instance.status) {
        log.warn(
          { identifier, ...room },
          `the status of the instance is now ${found.status}, because of its free storage`,
        );
      }
      return { patch: { ...found.patch, status: found.status }, events: found.events };
    });
  };

  /**
   * The rest after a look at an instance that answers at its port, but whose machine does not report its
   * room. A single look may fail. Looks that keep hanging would take the places of all others.
   */
  const restOfSilent = ({ dbiResourceId, shortage }: Instance): number => {
    const silence = silences.get(dbiResourceId) ?? 0;
    silences.set(dbiResourceId, silence + 1);
    const [least, most] = shortage ? [pace.lowRestMs, pace.restMs] : [pace.restMs, pace.silentRestMs];
    return Math.min(least * 2 ** silence, most);
  };

  /** @returns the rest until the next look, in milliseconds */
  const look = async (instance: Instance): Promise<number> => {
    // An instance that does not answer is left to the prober.
    const { address, dbiResourceId, port, status } = instance;
    const isUp = status === 'storage-full' || (await probePostgres(address ?? '', port)) === 'up';
    if (!isUp) return pace.lowRestMs;
    const room = await findRoom(instance, place);
    if (!room) return restOfSilent(instance);
    silences.delete(dbiResourceId);
    if (room === 'none') return pace.silentRestMs;
    await note(instance, room);
    return leastShare(room) < NEARLY_LOW ? pace.lowRestMs : pace.restMs;
  };

  const begin = (instance: Instance): void => {
    const { dbiResourceId } = instance;
    next.set(dbiResourceId, Number.POSITIVE_INFINITY);
    const looking = look(instance)
      // The inventory is unreachable, or the instance was deleted.
      .catch(() => pace.lowRestMs)
      .then((rest) => {
        next.set(dbiResourceId, Date.now() + rest);
        open.delete(looking);
      });
    open.add(looking);
  };

  const isDue = ({ dbiResourceId }: Instance) => (next.get(dbiResourceId) ?? 0) <= Date.now();
  /** Instances with little room first, then those that have waited longest. */
  const order = (instance: Instance) => (instance.shortage ? 0 : 1 + (next.get(instance.dbiResourceId) ?? 0));

  const pause = (ms: number) => delay(ms, undefined, { signal }).catch(() => {});
  while (!signal.aborted) {
    const began = Date.now();
    const instances = (await inventory.instances.list().catch(() => [])).filter(isInService);
    const known = new Set(instances.map(({ dbiResourceId }) => dbiResourceId));
    for (const [id, at] of next) if (!known.has(id) && at !== Number.POSITIVE_INFINITY) next.delete(id);
    for (const id of silences.keys()) if (!known.has(id)) silences.delete(id);
    const due = instances.filter(isDue).sort((a, b) => order(a) - order(b));
    for (const instance of due.slice(0, pace.rate * BATCH_S)) {
      while (open.size >= pace.inFlight && !signal.aborted) await Promise.race([...open, pause(pace.listMs)]);
      if (signal.aborted) break;
      begin(instance);
      await pause(1000 / pace.rate);
    }
    await pause(Math.max(0, began + pace.listMs - Date.now()));
  }
  await Promise.all(open);
}

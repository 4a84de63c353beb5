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
  /** Looks a second: each is an SSH session, most often with a connection of its own. */
  readonly rate: number;
  /** Looks that wait for an answer at once: of a guest that hangs 15 seconds each. */
  readonly inFlight: number;
  /** From one look at an instance to the next; with 10,000 of them it takes longer. */
  readonly restMs: number;
  /** The same for one with little room. */
  readonly lowRestMs: number;
  /** The same for one whose data has no volume of its own, and at most for one that does not answer again and again. */
  readonly silentRestMs: number;
  /** From one list of the instances to the next, at least. */
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

/** So many seconds' looks are taken from one list. */
const BATCH_S = 10;
/** Of what is used up so far, the next looks come sooner. */
const NEARLY_LOW = 0.25;

/**
 * Watches how much room instances have for their data, in one worker of all at a time: an SSH session to each now and then,
 * sooner where little is left. Warns, makes one that is full `storage-full`, and available again when it has room. Only what
 * the machine itself says counts. Runs until `signal` is aborted; never throws.
 */
export async function watchRoom(
  { inventory, place, log }: RoomWatchDeps,
  signal: AbortSignal,
  pace: RoomPace = PACE,
): Promise<void> {
  /** By DbiResourceId, when it is looked at next. */
  const next = new Map<string, number>();
  /** Looks in a row without an answer. */
  const silences = new Map<string, number>();
  const open = new Set<Promise<void>>();

  const note = async (seen: Instance, room: Room): Promise<void> => {
    const isNews = (instance: Instance) => {
      const found = noteRoom(instance, room);
      return found.status !== instance.status || Object.keys(found.patch).length > 0 ? found : undefined;
    };
    // Since it was looked at an operation may have given it more.
    if (!isNews(seen) || (await findUnchanged(inventory, [seen])).length === 0) return;
    const { dbiResourceId, identifier } = seen;
    await inventory.instances.change({ dbiResourceId }, { requestId: RECONCILER }, (instance) => {
      const found = isInService(instance) ? isNews(instance) : undefined;
      if (!found) return {};
      if (found.status !== instance.status) {
        log.warn({ identifier, ...room }, `the instance is ${found.status} now, for the room it has`);
      }
      return { patch: { ...found.patch, status: found.status }, events: found.events };
    });
  };

  /**
   * How long one rests that answers at its port, and whose machine does not tell its room. A single look may fail; those
   * that hang would take the places of all others.
   */
  const restOfSilent = ({ dbiResourceId, shortage }: Instance): number => {
    const silence = silences.get(dbiResourceId) ?? 0;
    silences.set(dbiResourceId, silence + 1);
    const [least, most] = shortage ? [pace.lowRestMs, pace.restMs] : [pace.restMs, pace.silentRestMs];
    return Math.min(least * 2 ** silence, most);
  };

  /** @returns how long it rests now */
  const look = async (instance: Instance): Promise<number> => {
    // One that does not answer is the prober's.
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
      // The inventory is away, or the instance is gone.
      .catch(() => pace.lowRestMs)
      .then((rest) => {
        next.set(dbiResourceId, Date.now() + rest);
        open.delete(looking);
      });
    open.add(looking);
  };

  const isDue = ({ dbiResourceId }: Instance) => (next.get(dbiResourceId) ?? 0) <= Date.now();
  /** Those with little room first, then those that have waited longest. */
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

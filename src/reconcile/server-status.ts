import type { Guest, PostgresStatus } from '../guest/guest.ts';
import type { Instance } from '../model/db-instance/instance.ts';
import type { Archive } from '../model/server/archive.ts';
import type { Pause } from '../model/server/pause.ts';
import type { Room } from '../model/server/room.ts';
import { placeOf } from '../providers/places.ts';
import type { Provider, RunningMachine } from '../providers/provider.ts';
import { within } from '../system/deadline.ts';

/** The provider, and the access to its guests. */
export interface Place {
  readonly provider: Provider;
  readonly guest: Guest;
}

// A running machine answers within a second or two. The look must not wait longer than this.
const INSPECT_TIMEOUT_MS = 15_000;

/**
 * The state of a server: as its machine reports it; `unknown` without a report in time; or why its machine
 * does not run.
 */
export type ServerStatus = PostgresStatus | 'unknown' | 'off' | 'gone' | Pause;

type Located = Pick<Instance, 'machine' | 'host'>;

/**
 * Looks into the instance's machine, where it runs. Changes nothing: a machine that is off or paused stays
 * so. A guest may hang for ever, but the caller has others to look after. So the result is undefined after a
 * timeout, as after any error.
 */
async function inspect<T>(
  { machine, host }: Located,
  { provider }: Place,
  look: (running: RunningMachine, signal: AbortSignal) => Promise<T>,
): Promise<T | 'off' | 'gone' | Pause | undefined> {
  const find = async (signal: AbortSignal) => {
    const found = await placeOf(provider, { host }).lookAtMachine(machine);
    if (!found) return 'gone';
    if (found.paused) return found.paused;
    if (found.state === 'stopped') return 'off';
    signal.throwIfAborted();
    return found.reach && look(found.reach, signal);
  };
  return within(INSPECT_TIMEOUT_MS, find).catch(() => undefined);
}

/**
 * What the machine reports about its PostgreSQL; `unknown` without a report of the machine or its provider in
 * time. Never throws.
 */
export async function findServerStatus(instance: Located, place: Place): Promise<ServerStatus> {
  return (
    (await inspect(instance, place, (running, signal) => place.guest.postgresStatus(running, { signal }))) ??
    'unknown'
  );
}

/**
 * What the machine reports about the room for data; `none` where the data has no volume of its own, undefined
 * without a report in time. Never throws.
 */
export async function findRoom(instance: Located, place: Place): Promise<Room | 'none' | undefined> {
  const found = await inspect(instance, place, async (running, signal) => ({
    room: (await place.guest.findRoom(running, { signal })) ?? ('none' as const),
  }));
  return typeof found === 'object' && 'room' in found ? found.room : undefined;
}

/**
 * Runs short work in the machine of the instance. The result is undefined where the machine does not run, and where the work fails or
 * takes too long. Never throws.
 */
export async function workInside<T>(
  instance: Located,
  place: Place,
  work: (running: RunningMachine, signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const found = await inspect(instance, place, async (running, signal) => ({
    result: await work(running, signal),
  }));
  return typeof found === 'object' && 'result' in found ? found.result : undefined;
}

/** What the machine reports about the archive of its log; undefined without a report in time. Never throws. */
export async function findArchive(instance: Located, place: Place): Promise<Archive | undefined> {
  const found = await inspect(instance, place, async (running, signal) => ({
    archive: await place.guest.findArchive(running, { signal }),
  }));
  return typeof found === 'object' && 'archive' in found ? found.archive : undefined;
}

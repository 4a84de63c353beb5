import type { Guest, PostgresStatus } from '../guest/guest.ts';
import type { Instance } from '../model/db-instance/instance.ts';
import type { Pause } from '../model/server/pause.ts';
import type { Room } from '../model/server/room.ts';
import { placeOf } from '../providers/places.ts';
import type { Provider, RunningMachine } from '../providers/provider.ts';
import { within } from '../system/deadline.ts';

/** Where machines live, and how to look into them. */
export interface Place {
  readonly provider: Provider;
  readonly guest: Guest;
}

// A machine that runs answers within a second or two. One that is looked at is not waited for.
const LOOK_MS = 15_000;

/** What is known of a server: what its machine says, `unknown` where nobody says so in time, or why its machine does not. */
export type ServerStatus = PostgresStatus | 'unknown' | 'off' | 'gone' | Pause;

type Located = Pick<Instance, 'machine' | 'host'>;

/**
 * Looks into the instance's machine, where it runs. Changes nothing: a machine that is off stays so, and so does one that
 * is paused. A guest may hang for ever, and whoever looks at it has others to look after: then undefined, as where
 * anything fails.
 */
async function lookInto<T>(
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
  return within(LOOK_MS, find).catch(() => undefined);
}

/** What the machine itself says of its PostgreSQL; `unknown` when it, or its provider, does not say so in time. Never throws. */
export async function findServerStatus(instance: Located, place: Place): Promise<ServerStatus> {
  return (
    (await lookInto(instance, place, (running, signal) => place.guest.postgresStatus(running, { signal }))) ??
    'unknown'
  );
}

/**
 * What the machine itself says of the room for data; `none` where it has no volume for it, undefined where it does not say
 * so in time. Never throws.
 */
export async function findRoom(instance: Located, place: Place): Promise<Room | 'none' | undefined> {
  const found = await lookInto(instance, place, async (running, signal) => ({
    room: (await place.guest.findRoom(running, { signal })) ?? ('none' as const),
  }));
  return typeof found === 'object' && 'room' in found ? found.room : undefined;
}

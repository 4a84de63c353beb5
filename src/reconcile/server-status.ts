import { within } from '../deadline.ts';
import type { Guest, PostgresStatus } from '../guest/guest.ts';
import type { Instance } from '../model/instance.ts';
import type { Room } from '../model/room.ts';
import { placeOf } from '../providers/places.ts';
import type { Provider, RunningMachine } from '../providers/provider.ts';

/** Where machines live, and how to look into them. */
export interface Place {
  readonly provider: Provider;
  readonly guest: Guest;
}

// A machine that runs answers within a second or two. One that is looked at is not waited for.
const LOOK_MS = 15_000;

type Located = Pick<Instance, 'machine' | 'host'>;

/** Looks into the instance's machine, where it runs. A guest may hang for ever: then undefined, as where anything fails. */
const lookInto = async <T>(
  { machine, host }: Located,
  { provider }: Place,
  look: (running: RunningMachine, signal: AbortSignal) => Promise<T>,
): Promise<T | 'off' | 'gone' | undefined> => {
  const find = async (signal: AbortSignal) => {
    const place = placeOf(provider, { host });
    const found = await place.findMachine(machine);
    if (!found) return 'gone';
    if (found.state === 'stopped') return 'off';
    signal.throwIfAborted();
    // It runs, so this starts nothing: it tells how to reach it.
    const running = await place.startMachine(machine, { signal, report: () => {} });
    return look(running, signal);
  };
  return within(LOOK_MS, find).catch(() => undefined);
};

/**
 * What the machine itself says of its PostgreSQL; `unknown` when it, or its provider, does not say so in time. Never
 * throws: a guest may hang for ever, and whoever looks at it has others to look after.
 */
export const findServerStatus = async (
  instance: Located,
  place: Place,
): Promise<PostgresStatus | 'unknown' | 'off' | 'gone'> =>
  (await lookInto(instance, place, (running, signal) => place.guest.postgresStatus(running, { signal }))) ??
  'unknown';

/** What the machine itself says of the room for data; undefined where it does not, or has no volume for it. Never throws. */
export const findRoom = async (instance: Located, place: Place): Promise<Room | undefined> => {
  const room = await lookInto(instance, place, (running, signal) =>
    place.guest.findRoom(running, { signal }),
  );
  return typeof room === 'object' ? room : undefined;
};

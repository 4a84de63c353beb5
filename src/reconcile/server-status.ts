import { within } from '../deadline.ts';
import type { Guest, PostgresStatus } from '../guest/guest.ts';
import type { Instance } from '../model/instance.ts';
import { placeOf } from '../providers/places.ts';
import type { Provider } from '../providers/provider.ts';

/** Where machines live, and how to look into them. */
export interface Place {
  readonly provider: Provider;
  readonly guest: Guest;
}

// A machine that runs answers within a second or two. One that is looked at is not waited for.
const LOOK_MS = 15_000;

/**
 * What the machine itself says of its PostgreSQL; `unknown` when it, or its provider, does not say so in time. Never
 * throws: a guest may hang for ever, and whoever looks at it has others to look after.
 */
export const findServerStatus = async (
  { machine, host }: Pick<Instance, 'machine' | 'host'>,
  { provider, guest }: Place,
): Promise<PostgresStatus | 'unknown' | 'off' | 'gone'> => {
  const look = async (signal: AbortSignal) => {
    const place = placeOf(provider, { host });
    const found = await place.findMachine(machine);
    if (!found) return 'gone';
    if (found.state === 'stopped') return 'off';
    signal.throwIfAborted();
    // It runs, so this starts nothing: it tells how to reach it.
    const running = await place.startMachine(machine, { signal, report: () => {} });
    return guest.postgresStatus(running, { signal });
  };
  return (await within(LOOK_MS, look).catch(() => undefined)) ?? 'unknown';
};

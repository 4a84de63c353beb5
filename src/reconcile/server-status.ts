import { within } from '../deadline.ts';
import type { Guest, PostgresStatus } from '../guest/guest.ts';
import type { Instance } from '../model/instance.ts';
import { placeOf } from '../providers/places.ts';
import type { Pause, Provider } from '../providers/provider.ts';

/** Where machines live, and how to look into them. */
export interface Place {
  readonly provider: Provider;
  readonly guest: Guest;
}

// A machine that runs answers within a second or two. One that is looked at is not waited for.
const LOOK_MS = 15_000;

/** What is known of a server: what its machine says, `unknown` where nobody says so in time, or why its machine does not. */
export type ServerStatus = PostgresStatus | 'unknown' | 'off' | 'gone' | Pause;

/**
 * What the machine itself says of its PostgreSQL; `unknown` when it, or its provider, does not say so in time. Changes
 * nothing: a machine that is off stays so, and so does one that is paused. Never throws: a guest may hang for ever, and
 * whoever looks at it has others to look after.
 */
export const findServerStatus = async (
  { machine, host }: Pick<Instance, 'machine' | 'host'>,
  { provider, guest }: Place,
): Promise<ServerStatus> => {
  const look = async (signal: AbortSignal): Promise<ServerStatus> => {
    const found = await placeOf(provider, { host }).lookAtMachine(machine);
    if (!found) return 'gone';
    if (found.paused) return found.paused;
    if (found.state === 'stopped') return 'off';
    signal.throwIfAborted();
    return found.reach ? guest.postgresStatus(found.reach, { signal }) : 'unknown';
  };
  return (await within(LOOK_MS, look).catch(() => undefined)) ?? 'unknown';
};

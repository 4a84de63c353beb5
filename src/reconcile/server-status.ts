import type { Guest, PostgresStatus } from '../guest/guest.ts';
import type { Instance } from '../model/instance.ts';
import { placeOf } from '../providers/places.ts';
import type { Progress, Provider } from '../providers/provider.ts';
import { SshError } from '../ssh/error.ts';

/** Where machines live, and how to look into them. */
export interface Place {
  readonly provider: Provider;
  readonly guest: Guest;
}

const unwatched: Progress = { signal: new AbortController().signal, report: () => {} };

/**
 * What the machine itself says of its PostgreSQL; `unknown` when it lets nobody in.
 * @throws ProviderError when the provider cannot be asked
 */
export const findServerStatus = async (
  { machine, host }: Pick<Instance, 'machine' | 'host'>,
  { provider, guest }: Place,
): Promise<PostgresStatus | 'unknown' | 'off' | 'gone'> => {
  const place = placeOf(provider, { host });
  const found = await place.findMachine(machine);
  if (!found) return 'gone';
  if (found.state === 'stopped') return 'off';
  try {
    return await guest.postgresStatus(await place.startMachine(machine, unwatched));
  } catch (error) {
    if (error instanceof SshError) return 'unknown';
    throw error;
  }
};

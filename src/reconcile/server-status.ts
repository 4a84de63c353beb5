import type { Guest, PostgresStatus } from '../guest/guest.ts';
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
  machine: string,
  { provider, guest }: Place,
): Promise<PostgresStatus | 'unknown' | 'off' | 'gone'> => {
  const found = await provider.findMachine(machine);
  if (!found) return 'gone';
  if (found.state === 'stopped') return 'off';
  try {
    return await guest.postgresStatus(await provider.startMachine(machine, unwatched));
  } catch (error) {
    if (error instanceof SshError) return 'unknown';
    throw error;
  }
};

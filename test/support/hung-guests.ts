import { once } from 'node:events';
import type { Provider } from '../../src/providers/provider.ts';

/**
 * The same provider, with guests that hang. The machine of a hung guest exists and runs, and a connection to
 * it waits, as on libvirt and vSphere for the ten minutes that a boot may take. Calls that need no guest
 * work.
 */
export function hangGuests(provider: Provider, hung: ReadonlySet<string>): Provider {
  return {
    ...provider,
    at: (host) => hangGuests(provider.at(host), hung),
    startMachine: async (name, progress) => {
      const found = hung.has(name) ? await provider.findMachine(name) : undefined;
      if (found?.state === 'running' && !progress.signal.aborted) await once(progress.signal, 'abort');
      progress.signal.throwIfAborted();
      return provider.startMachine(name, progress);
    },
    lookAtMachine: async (name) => {
      const found = await provider.lookAtMachine(name);
      if (!found || !hung.has(name)) return found;
      const { reach: _, ...seen } = found;
      return seen;
    },
  };
}

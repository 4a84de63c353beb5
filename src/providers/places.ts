import { type Provider, ProviderError } from './provider.ts';

/** @throws ProviderError saying what to do where machines are on a host that nobody knows any more */
export function refuseHost(host: string, known: readonly string[]): never {
  const names = known.length > 0 ? `only ${known.join(', ')}` : 'no hosts at all';
  throw new ProviderError(
    'Configuration',
    `IAAS names no host ${host}, but ${names}: name it there again, or give its name to another one (?name=${host}), and restart the workers`,
  );
}

/** The part of the port that is about hosts, for a provider that has one place only. */
export const onePlace: Pick<Provider, 'hosts' | 'at' | 'lookForRoom'> = {
  hosts: [],
  at: (host) => refuseHost(host, []),
  lookForRoom: async () => [],
};

/** The provider of the host that something is on, the whole of it where none is known. @throws see `Provider.at` */
export function placeOf(provider: Provider, { host }: { readonly host?: string | null }): Provider {
  return host ? provider.at(host) : provider;
}

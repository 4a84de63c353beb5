import { type Provider, ProviderError } from './provider.ts';

/** @throws ProviderError `Configuration`: IAAS no longer names this host; the message says what to do */
export function refuseHost(host: string, known: readonly string[]): never {
  const names = known.length > 0 ? `it has ${known.join(', ')}` : 'it has no hosts';
  throw new ProviderError(
    'Configuration',
    `IAAS has no host ${host} (${names}). Add it again, or name its successor ${host} (?name=${host}); then restart the workers.`,
  );
}

/** The part of the port that is about hosts, for a provider without several hosts. */
export const onePlace: Pick<Provider, 'hosts' | 'at'> = {
  hosts: [],
  at: (host) => refuseHost(host, []),
};

/** The provider of one host; the whole provider where the host is unknown. @throws see `Provider.at` */
export function placeOf(provider: Provider, { host }: { readonly host?: string | null }): Provider {
  return host ? provider.at(host) : provider;
}

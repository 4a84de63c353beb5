import { isIP } from 'node:net';
import type { ServerIdentity } from '../authority/authority.ts';
import { bundleOf, loadAuthorities } from '../authority/load.ts';
import type { Config } from '../config/config.ts';
import type { GuestMachine } from '../guest/machine.ts';
import type { ReplicaIdentity } from '../guest/replicas.ts';
import { DEFAULT_CA_CERTIFICATE_IDENTIFIER, ownIdentifierOf } from '../model/certificate/certificate.ts';
import { inventoryMachineName } from '../model/db-instance/inventory-instance.ts';
import { ProviderError } from '../providers/provider.ts';

/** The canonical form of a name or address, so that two spellings of the same host compare as equal. */
function canonical(host: string): string {
  return isIP(host) === 6
    ? new URL(`http://[${host}]`).hostname.replace(/^\[|\]$/g, '')
    : host.toLowerCase().replace(/\.$/, '');
}

/** Host name or address by which Cornac reaches the inventory. */
function inventoryHost(databaseUrl: string | undefined): string | undefined {
  return databaseUrl && canonical(new URL(databaseUrl).hostname.replace(/^\[|\]$/g, ''));
}

/**
 * The names that a machine's server may have: its own name, and an address that it was given. An address that
 * only the guest reports may be another machine's, which the guest could then impersonate for ten years. The
 * host of DATABASE_URL is reserved for the inventory.
 * @throws ProviderError where another machine has the inventory's address
 */
export function namesOf(
  { name, address, hasGivenAddress }: Pick<GuestMachine, 'name' | 'address' | 'hasGivenAddress'>,
  { databaseUrl, machinePrefix }: Pick<Config, 'databaseUrl' | 'machinePrefix'>,
): string[] {
  const names = (hasGivenAddress ? [address, name] : [name]).map(canonical);
  const reserved = inventoryHost(databaseUrl);
  if (!reserved) return names;
  if (name === inventoryMachineName(machinePrefix)) return [...names, reserved];
  if ([address, name].map(canonical).includes(reserved)) {
    throw new ProviderError(
      'Configuration',
      `machine ${name} has the address ${address}, which DATABASE_URL names: it gets no certificate for this address`,
    );
  }
  return names;
}

/** Makes identities for read replicas. Their sources know them by the DbiResourceId in the certificate. */
export function createIdentifyReplica(config: Config): (dbiResourceId: string) => Promise<ReplicaIdentity> {
  return async (dbiResourceId) => {
    const authorities = await loadAuthorities(config);
    const [authority] = authorities;
    if (!authority) throw new ProviderError('Configuration', 'this Cornac has no certificate authority');
    return { pem: authority.issueClient(`replica ${dbiResourceId}`), authorities: bundleOf(authorities) };
  };
}

/**
 * Makes identities for machines' PostgreSQL servers, by the named authority or by the default. The authorities are
 * derived at the first call.
 */
export function createIdentify(
  config: Config,
): (machine: GuestMachine, authority?: string) => Promise<ServerIdentity> {
  let loading: ReturnType<typeof loadAuthorities> | undefined;
  const load = () => {
    loading ??= loadAuthorities(config).catch((error) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
  return async (machine, authority = DEFAULT_CA_CERTIFICATE_IDENTIFIER) => {
    const names = namesOf(machine, config);
    const found = (await load()).find(({ identifier }) => identifier === ownIdentifierOf(authority));
    if (!found) {
      throw new ProviderError('Configuration', `this Cornac has no certificate authority ${authority}`);
    }
    // An authority has several names, and the instance shows the one that was requested.
    return { ...found.issue(names), authority };
  };
}

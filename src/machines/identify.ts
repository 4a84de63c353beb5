import { isIP } from 'node:net';
import type { ServerIdentity } from '../authority/authority.ts';
import { loadAuthority } from '../authority/load.ts';
import type { Config } from '../config/config.ts';
import type { GuestMachine } from '../guest/machine.ts';
import { machineName } from '../model/db-instance/identifier.ts';
import { INVENTORY_IDENTIFIER } from '../model/db-instance/inventory-instance.ts';
import { ProviderError } from '../providers/provider.ts';

/** The one way to write a name or address: of two equal ones one must not pass for another. */
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
 * The names that the server of a machine may have: its own, and the address that it was given. One that only its guest
 * says may be another machine's, which could then be posed as for ten years. What DATABASE_URL names is the inventory's
 * alone.
 * @throws ProviderError where another machine has come by the inventory's address
 */
export function namesOf(
  { name, address, hasGivenAddress }: Pick<GuestMachine, 'name' | 'address' | 'hasGivenAddress'>,
  { databaseUrl, machinePrefix }: Pick<Config, 'databaseUrl' | 'machinePrefix'>,
): string[] {
  const names = (hasGivenAddress ? [address, name] : [name]).map(canonical);
  const reserved = inventoryHost(databaseUrl);
  if (!reserved) return names;
  if (name === machineName(machinePrefix, INVENTORY_IDENTIFIER)) return [...names, reserved];
  if ([address, name].map(canonical).includes(reserved)) {
    throw new ProviderError(
      'Configuration',
      `machine ${name} has the address ${address}, which DATABASE_URL names: it gets no certificate for that`,
    );
  }
  return names;
}

/** Makes the identity of a machine's PostgreSQL server. The authority is derived at the first call. */
export function createIdentify(config: Config): (machine: GuestMachine) => Promise<ServerIdentity> {
  let loading: ReturnType<typeof loadAuthority> | undefined;
  const load = () => {
    loading ??= loadAuthority(config).catch((error) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
  return async (machine) => {
    const names = namesOf(machine, config);
    return (await load()).issue(names);
  };
}

import { isIPv4 } from 'node:net';
import type { Progress, RunningMachine } from '../provider.ts';
import { macOf } from './domain-xml.ts';
import type { Host } from './host.ts';
import type { Keeper } from './keep-running.ts';
import { findReserved } from './plug.ts';
import { CallTimeout, LibvirtError } from './rpc/errors.ts';
import * as procedures from './rpc/procedures.ts';
import type { Domain, GuestInterface } from './rpc/structures.ts';
import { waitFor } from './wait.ts';

/** `virDomainInterfaceAddressesSource` */
const SOURCES = { lease: 0, agent: 1 } as const;

/** The address of a machine. */
export type Address = Pick<RunningMachine, 'address' | 'hasGivenAddress'>;

/**
 * Waits for the machine's address: its DNS name with `DNS_DOMAIN`, else the address that libvirt's own
 * network reserves for it. Where another DHCP server gives the addresses, the guest agent reports it.
 */
export async function waitForAddress(
  host: Host,
  domain: Domain,
  { dnsDomain, reserved }: { dnsDomain: string | undefined; reserved: string | undefined },
  progress: Progress,
  keeper: Keeper,
): Promise<Address> {
  if (dnsDomain !== undefined) return given(nameIn(dnsDomain, domain));
  if (reserved !== undefined) return given(reserved);
  const mac = macOf(await host.definition(domain));
  const address = await waitFor(host, domain.name, progress, {
    what: `an address of ${domain.name}`,
    deadlineMs: host.times.address,
    pollMs: 500,
    keeper,
    missing: () => `it has no lease in ${host.settings.network}, and its guest agent reports no address`,
    look: () => findIp(host, domain, mac),
  });
  return { address, hasGivenAddress: false };
}

/** The machine's address, if it is known now. */
export async function findAddress(
  host: Host,
  domain: Domain,
  definition: string,
  dnsDomain: string | undefined,
): Promise<Address | undefined> {
  if (dnsDomain !== undefined) return given(nameIn(dnsDomain, domain));
  const reserved = await findReserved(host, domain.name, definition);
  if (reserved !== undefined) return given(reserved);
  const address = await findIp(host, domain, macOf(definition));
  return address === undefined ? undefined : { address, hasGivenAddress: false };
}

/** The machine's lease in libvirt's own network, for people. */
export async function describeLease(host: Host, domain: Domain): Promise<string> {
  const found = await interfaces(host, domain, SOURCES.lease);
  const address = pickAddress(found, macOf(await host.definition(domain)));
  return address === undefined ? 'the machine has no lease' : `the machine has the lease ${address}`;
}

function given(address: string): Address {
  return { address, hasGivenAddress: true };
}

function nameIn(dnsDomain: string, { name }: Domain): string {
  return `${name}.${dnsDomain.replace(/^\./, '')}`;
}

async function findIp(host: Host, domain: Domain, mac: string | undefined): Promise<string | undefined> {
  for (const source of [SOURCES.lease, SOURCES.agent]) {
    const address = pickAddress(await interfaces(host, domain, source), mac);
    if (address !== undefined) return address;
  }
  return undefined;
}

async function interfaces(host: Host, dom: Domain, source: number): Promise<GuestInterface[]> {
  try {
    const args = { dom, source, flags: 0 };
    return (await host.call(procedures.domainInterfaceAddresses, args, { timeoutMs: 10_000 })).ifaces;
  } catch (error) {
    // This source has no address, or none yet: the network is not libvirt's, or the agent is not up.
    if (error instanceof LibvirtError || error instanceof CallTimeout) return [];
    throw error;
  }
}

/** The first usable IPv4 address of the interface with this MAC address. */
export function pickAddress(found: readonly GuestInterface[], mac: string | undefined): string | undefined {
  return found
    .filter(({ hwaddr }) => mac !== undefined && hwaddr?.toLowerCase() === mac.toLowerCase())
    .flatMap(({ addrs }) => addrs.map(({ addr }) => addr))
    .find((addr) => isIPv4(addr) && !/^(127\.|169\.254\.)/.test(addr));
}

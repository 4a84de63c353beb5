import { isIPv4 } from 'node:net';
import type { Progress } from '../provider.ts';
import { macOf } from './domain-xml.ts';
import type { Host } from './host.ts';
import { CallTimeout, LibvirtError } from './rpc/errors.ts';
import * as procedures from './rpc/procedures.ts';
import type { Domain, GuestInterface } from './rpc/structures.ts';
import { waitFor } from './wait.ts';

/** `virDomainInterfaceAddressesSource` */
const SOURCES = { lease: 0, agent: 1 } as const;
/** From power-on to an address; a machine without hardware virtualisation needs half a minute. */
const ADDRESS_DEADLINE_MS = 300_000;

/**
 * Where the machine is reached: name and domain where there is a DNS, else the address that libvirt's own network keeps
 * for it. The guest is believed only where the DHCP server is somebody else's: then it is what its agent says.
 */
export async function waitForAddress(
  host: Host,
  domain: Domain,
  { dnsDomain, reserved }: { dnsDomain: string | undefined; reserved: string | undefined },
  progress: Progress,
): Promise<string> {
  if (dnsDomain !== undefined) return `${domain.name}.${dnsDomain.replace(/^\./, '')}`;
  if (reserved !== undefined) return reserved;
  const mac = macOf(await host.definition(domain));
  return waitFor(host, domain.name, progress, {
    what: `an address of ${domain.name}`,
    deadlineMs: ADDRESS_DEADLINE_MS,
    pollMs: 500,
    look: async () => {
      for (const source of [SOURCES.lease, SOURCES.agent]) {
        const address = pickAddress(await interfaces(host, domain, source), mac);
        if (address !== undefined) return address;
      }
      return undefined;
    },
  });
}

async function interfaces(host: Host, dom: Domain, source: number): Promise<GuestInterface[]> {
  try {
    const args = { dom, source, flags: 0 };
    return (await host.call(procedures.domainInterfaceAddresses, args, { timeoutMs: 10_000 })).ifaces;
  } catch (error) {
    // This source has nothing to say (yet): a network that is not libvirt's, an agent that is not up.
    if (error instanceof LibvirtError || error instanceof CallTimeout) return [];
    throw error;
  }
}

/** The first IPv4 address of the interface that Cornac made. */
export function pickAddress(found: readonly GuestInterface[], mac: string | undefined): string | undefined {
  return found
    .filter(({ hwaddr }) => mac !== undefined && hwaddr?.toLowerCase() === mac.toLowerCase())
    .flatMap(({ addrs }) => addrs.map(({ addr }) => addr))
    .find((addr) => isIPv4(addr) && !/^(127\.|169\.254\.)/.test(addr));
}

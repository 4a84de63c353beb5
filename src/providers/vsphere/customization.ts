import { ProviderError } from '../provider.ts';
import type { VcenterSettings } from './iaas-url.ts';
import type { Value } from './vim/schema.ts';

interface Guest {
  readonly name: string;
  readonly address: string | undefined;
  readonly domain: string | undefined;
  /** Number of network cards, at least one. */
  readonly cards: number;
}

/** The problem of a requested address where IAAS has no netmask. */
export function needsNetmask(name: string, address: string): string {
  return `IAAS: netmask= is required to give ${name} the address ${address}`;
}

/**
 * What VMware Tools set up in the guest at its first start: the host name, and DHCP or the requested address.
 * The first card gets the address; further cards of the origin use DHCP.
 * @throws ProviderError Configuration where an address is requested and IAAS has no netmask
 */
export function customization(
  { name, address, domain, cards }: Guest,
  { netmask, gateway, dnsServers }: Pick<VcenterSettings, 'netmask' | 'gateway' | 'dnsServers'>,
): Value<'CustomizationSpec'> {
  if (address && !netmask) {
    throw new ProviderError('Configuration', needsNetmask(name, address));
  }
  const dhcp = { ip: { $type: 'CustomizationDhcpIpGenerator' } } as const;
  const fixed = {
    ip: { $type: 'CustomizationFixedIp', ipAddress: address ?? '' },
    ...(netmask && { subnetMask: netmask }),
    ...(gateway && { gateway: [gateway] }),
  } as const;
  return {
    identity: {
      $type: 'CustomizationLinuxPrep',
      hostName: { $type: 'CustomizationFixedName', name },
      // vCenter requires a domain.
      domain: domain ?? 'localdomain',
      hwClockUTC: true,
    },
    globalIPSettings: {
      ...(domain && { dnsSuffixList: [domain] }),
      ...(dnsServers.length > 0 && { dnsServerList: dnsServers }),
    },
    // vCenter requires one entry per network card.
    nicSettingMap: [
      { adapter: address ? fixed : dhcp },
      ...Array.from({ length: cards - 1 }, () => ({ adapter: dhcp })),
    ],
  };
}

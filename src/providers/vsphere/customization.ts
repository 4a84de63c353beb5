import { ProviderError } from '../provider.ts';
import type { VcenterSettings } from './iaas-url.ts';
import type { Value } from './vim/schema.ts';

interface Guest {
  readonly name: string;
  readonly address: string | undefined;
  readonly domain: string | undefined;
  /** How many network cards it has, one at least. */
  readonly cards: number;
}

/**
 * What VMware Tools set up in the guest at its first start: host name, and DHCP or the address that was asked for. The
 * address is the first card's; the origin's further ones have DHCP.
 * @throws ProviderError Configuration where an address is to be set and nothing says in which network it is
 */
export function customization(
  { name, address, domain, cards }: Guest,
  { netmask, gateway, dnsServers }: Pick<VcenterSettings, 'netmask' | 'gateway' | 'dnsServers'>,
): Value<'CustomizationSpec'> {
  if (address && !netmask) {
    throw new ProviderError(
      'Configuration',
      `IAAS: netmask= is needed to give ${name} the address ${address}`,
    );
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
      // vCenter wants one.
      domain: domain ?? 'localdomain',
      hwClockUTC: true,
    },
    globalIPSettings: {
      ...(domain && { dnsSuffixList: [domain] }),
      ...(dnsServers.length > 0 && { dnsServerList: dnsServers }),
    },
    // vCenter wants as many as there are network cards.
    nicSettingMap: [
      { adapter: address ? fixed : dhcp },
      ...Array.from({ length: cards - 1 }, () => ({ adapter: dhcp })),
    ],
  };
}

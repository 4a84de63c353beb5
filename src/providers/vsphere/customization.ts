import { ProviderError } from '../provider.ts';
import type { VcenterSettings } from './settings.ts';
import type { Value } from './vim/schema.ts';

/**
 * What VMware Tools set up in the guest at its first start: host name, and DHCP or the address that was asked for.
 * @throws ProviderError Configuration where an address is to be set and nothing says in which network it is
 */
export function customization(
  { name, address, domain }: { name: string; address: string | undefined; domain: string | undefined },
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
    nicSettingMap: [{ adapter: address ? fixed : dhcp }],
  };
}

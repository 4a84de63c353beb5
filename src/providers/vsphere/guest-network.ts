import { isIP, isIPv4 } from 'node:net';
import { ProviderError } from '../provider.ts';
import { words } from '../words.ts';

/** What a machine with a requested address gets instead of DHCP's answers. */
export interface GuestNetwork {
  readonly netmask: string | undefined;
  readonly gateway: string | undefined;
  readonly dnsServers: readonly string[];
}

/**
 * The options netmask=, gateway= and dns= of IAAS.
 * @throws ProviderError Configuration, naming the option and what is expected
 */
export function parseGuestNetwork(
  netmask: string | undefined,
  gateway: string | undefined,
  dns: string | undefined,
): GuestNetwork {
  if (netmask !== undefined && !isNetmask(netmask)) {
    throw configurationError(`netmask is ${netmask}; expected an IPv4 netmask, such as 255.255.255.0`);
  }
  if (gateway !== undefined && !isIPv4(gateway)) {
    throw configurationError(`gateway is ${gateway}; expected one IPv4 address, such as 10.0.0.1`);
  }
  if (gateway !== undefined && netmask === undefined) {
    throw configurationError('gateway= has no meaning without netmask=, because machines then use DHCP');
  }
  const dnsServers = words(dns);
  const server = dnsServers.find((each) => isIP(each) === 0);
  if (server !== undefined) {
    throw configurationError(`dns has ${server}; expected IP addresses, such as 10.0.0.2,10.0.0.3`);
  }
  return { netmask, gateway, dnsServers };
}

/** Whether the bits that are set are the first ones, and neither all nor none. */
function isNetmask(text: string): boolean {
  if (!isIPv4(text)) return false;
  const bits = text
    .split('.')
    .map((octet) => Number(octet).toString(2).padStart(8, '0'))
    .join('');
  return /^1+0+$/.test(bits);
}

function configurationError(message: string) {
  return new ProviderError('Configuration', `IAAS: ${message}`);
}

import { type Element, element, find, findAll, parseXml, renderXml } from './xml.ts';

/** An IPv4 address of a network that libvirt's own DHCP server reserves for a MAC address. */
export interface Reservation {
  readonly mac: string;
  readonly ip: string;
  readonly name: string;
}

/** A `<host>` below `<dhcp>`, of Cornac or not. */
export interface DhcpHost {
  readonly mac: string | undefined;
  readonly ip: string | undefined;
  readonly name: string | undefined;
}

/** A `<host>` below `<dns>`. */
export interface DnsHost {
  readonly ip: string;
  readonly names: readonly string[];
}

/** The configuration of libvirt's own DHCP server in a network. */
export interface OwnDhcp {
  /** The index of the `<ip>` element, as `virNetworkUpdate` counts. */
  readonly index: number;
  /** The host's address in the network. */
  readonly gateway: string;
  readonly prefix: number;
  readonly ranges: readonly { readonly start: string; readonly end: string }[];
  readonly hosts: readonly DhcpHost[];
  /** Absent where libvirt's DNS server does not run. */
  readonly dns: readonly DnsHost[] | undefined;
}

export interface NetworkDefinition {
  /** Whether its cards are ports of a Linux bridge: only these take filters and can be isolated. */
  readonly bridged: boolean;
  /** Absent where libvirt does not give the addresses. */
  readonly dhcp: OwnDhcp | undefined;
}

/** Forward modes in which libvirt makes the bridge. */
const OWN_BRIDGE = ['none', 'nat', 'route', 'open'];

export function readNetwork(xml: string): NetworkDefinition {
  const network = parseXml(xml);
  const mode = forwardMode(network);
  const ownBridge = OWN_BRIDGE.includes(mode);
  const hostBridge =
    mode === 'bridge' &&
    find(network, 'bridge')?.attributes.name !== undefined &&
    find(network, 'virtualport') === undefined;
  return { bridged: ownBridge || hostBridge, dhcp: ownBridge ? readDhcp(network) : undefined };
}

function forwardMode(network: Element): string {
  const forward = find(network, 'forward');
  return forward === undefined ? 'none' : (forward.attributes.mode ?? 'nat');
}

function readDhcp(network: Element): OwnDhcp | undefined {
  const ips = findAll(network, 'ip');
  const index = ips.findIndex(
    (ip) => (ip.attributes.family ?? 'ipv4') === 'ipv4' && find(ip, 'dhcp') !== undefined,
  );
  const { address, prefix, netmask } = ips[index]?.attributes ?? {};
  if (address === undefined) return undefined;
  const dhcp = find(ips[index], 'dhcp');
  return {
    index,
    gateway: address,
    prefix: prefix === undefined ? prefixOf(netmask) : Number(prefix),
    ranges: findAll(dhcp, 'range').map(({ attributes: { start = '', end = '' } }) => ({ start, end })),
    hosts: findAll(dhcp, 'host').map(({ attributes: { mac, ip, name } }) => ({
      mac: mac?.toLowerCase(),
      ip,
      name,
    })),
    dns: find(network, 'dns')?.attributes.enable === 'no' ? undefined : dnsHosts(network),
  };
}

function dnsHosts(network: Element): DnsHost[] {
  return findAll(network, 'dns', 'host').map((host) => ({
    ip: host.attributes.ip ?? '',
    names: findAll(host, 'hostname').map(({ text }) => text),
  }));
}

function prefixOf(netmask = '255.255.255.0'): number {
  return netmask
    .split('.')
    .map((byte) => Number(byte).toString(2).replaceAll('0', '').length)
    .reduce((sum, bits) => sum + bits, 0);
}

export function dhcpHostXml({ mac, ip, name }: Reservation): string {
  return renderXml(element('host', { mac, name, ip }));
}

export function dnsHostXml({ ip, name }: Pick<Reservation, 'ip' | 'name'>): string {
  return renderXml(element('host', { ip }, [element('hostname', {}, name)]));
}

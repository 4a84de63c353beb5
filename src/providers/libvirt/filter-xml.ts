import { type Element, element, find, findAll, parseXml, renderXml } from './xml.ts';

/** Cornac's own filters. Those that run get what is changed here at the next start of any machine. */
export const filters = {
  /** Of a machine whose address is reserved. Takes $IP, $GATEWAY, $SUBNET and $MASK. */
  'cornac-machine': '4c1f62f2-9f0c-4b6f-9a55-0c0a0cc0ac01',
  /** Of a machine whose address is somebody else's to give: its MAC address is all that is known. */
  'cornac-bridged': '4c1f62f2-9f0c-4b6f-9a55-0c0a0cc0ac02',
} as const;
export type FilterName = keyof typeof filters;

const rule = (
  action: 'accept' | 'drop',
  direction: 'in' | 'out',
  priority: number,
  match: Element,
): Element => element('rule', { action, direction, priority }, [match]);
const ip = (attributes: Record<string, string | number>) => element('ip', attributes);
const ipv6 = (attributes: Record<string, string | number>) => element('ipv6', attributes);
const below = (filter: string) => element('filterref', { filter });

/** A rule of ours must come before the chains of libvirt's filters, the first of which has -810. */
const FIRST = -960;
const SECOND = -950;

/**
 * No machine gives others addresses (DHCP: 67) or answers for a name (NetBIOS: 137, mDNS: 5353, LLMNR: 5355). All of
 * them match whole frames and need no connection tracking.
 */
const silent: readonly Element[] = [
  ...[67, 137, 5353, 5355].map((port) =>
    rule('drop', 'out', SECOND, ip({ protocol: 'udp', srcportstart: port })),
  ),
  rule('drop', 'out', SECOND, ip({ protocol: 'tcp', srcportstart: 5355 })),
];

const rules: Readonly<Record<FilterName, readonly Element[]>> = {
  'cornac-machine': [
    ...silent,
    // SSH is for Cornac, which comes from the host itself or from beyond it.
    rule('accept', 'in', FIRST, ip({ srcipaddr: '$GATEWAY', protocol: 'tcp', dstportstart: 22 })),
    rule(
      'drop',
      'in',
      SECOND,
      ip({ srcipaddr: '$SUBNET', srcipmask: '$MASK', protocol: 'tcp', dstportstart: 22 }),
    ),
    rule('accept', 'in', FIRST, ip({ srcipaddr: '$GATEWAY', protocol: 'udp', srcportstart: 67 })),
    rule('drop', 'in', SECOND, ip({ protocol: 'udp', srcportstart: 67 })),
    // clean-traffic lets whatever is UDP through from 0.0.0.0: of that only questions for an address are wanted.
    ...[
      { dstportstart: 0, dstportend: 66 },
      { dstportstart: 68, dstportend: 65535 },
    ].map((ports) => rule('drop', 'out', SECOND, ip({ srcipaddr: '0.0.0.0', protocol: 'udp', ...ports }))),
    // MAC, ARP and IPv4 of this machine alone, and nothing else: no IPv6, no VLAN.
    below('clean-traffic'),
  ],
  'cornac-bridged': [
    ...silent,
    // Router advertisements and redirects, and DHCPv6 servers.
    ...[134, 137].map((type) => rule('drop', 'out', SECOND, ipv6({ protocol: 'icmpv6', type }))),
    rule('drop', 'out', SECOND, ipv6({ protocol: 'udp', srcportstart: 547 })),
    below('no-mac-spoofing'),
    below('no-arp-mac-spoofing'),
  ],
};

export const filterXml = (name: FilterName): string =>
  renderXml(element('filter', { name, chain: 'root' }, [element('uuid', {}, filters[name]), ...rules[name]]));

/** Whether libvirt has the filter as it is written here. */
export function isCurrent(name: FilterName, xml: string): boolean {
  const found = parseXml(xml);
  return (
    find(found, 'uuid')?.text === filters[name] && describe(found) === describe(parseXml(filterXml(name)))
  );
}

/** Libvirt orders rules by priority, and puts what they refer to first. */
const describe = (filter: Element): string =>
  [...findAll(filter, 'rule'), ...findAll(filter, 'filterref')].map(normal).sort().join('\n');

const normal = ({ name, attributes, children }: Element): string => {
  const pairs = Object.entries(attributes).map(([key, value]) => `${key}=${value}`);
  return [name, ...pairs.sort(), ...children.map(normal)].join(' ');
};

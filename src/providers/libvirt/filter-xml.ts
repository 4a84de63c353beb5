import { createHash } from 'node:crypto';
import { type Element, element, find, findAll, parseXml, renderXml } from './xml.ts';

/**
 * Cornac's own filters. `machine`: for a machine whose address is reserved; takes $IP, $GATEWAY, $SUBNET and
 * $MASK. `bridged`: for a machine that gets its address from a DHCP server other than libvirt's; only its MAC
 * address is known.
 */
export type FilterKind = 'machine' | 'bridged';

function rule(action: 'accept' | 'drop', direction: 'in' | 'out', priority: number, match: Element): Element {
  return element('rule', { action, direction, priority }, [match]);
}
function ip(attributes: Record<string, string | number>) {
  return element('ip', attributes);
}
function ipv6(attributes: Record<string, string | number>) {
  return element('ipv6', attributes);
}
function below(filter: string) {
  return element('filterref', { filter });
}

/** Cornac's rules must come before the chains of libvirt's filters, the first of which has priority -810. */
const FIRST = -960;
const SECOND = -950;

/**
 * Machines must not give addresses to others (DHCP: 67) or answer for a name (NetBIOS: 137, mDNS: 5353,
 * LLMNR: 5355). All these rules match single frames and need no connection tracking.
 */
const silent: readonly Element[] = [
  ...[67, 137, 5353, 5355].map((port) =>
    rule('drop', 'out', SECOND, ip({ protocol: 'udp', srcportstart: port })),
  ),
  rule('drop', 'out', SECOND, ip({ protocol: 'tcp', srcportstart: 5355 })),
];

const rules: Readonly<Record<FilterKind, readonly Element[]>> = {
  machine: [
    ...silent,
    // Only Cornac needs SSH, and it connects from the host itself or from beyond it.
    rule('accept', 'in', FIRST, ip({ srcipaddr: '$GATEWAY', protocol: 'tcp', dstportstart: 22 })),
    rule(
      'drop',
      'in',
      SECOND,
      ip({ srcipaddr: '$SUBNET', srcipmask: '$MASK', protocol: 'tcp', dstportstart: 22 }),
    ),
    rule('accept', 'in', FIRST, ip({ srcipaddr: '$GATEWAY', protocol: 'udp', srcportstart: 67 })),
    rule('drop', 'in', SECOND, ip({ protocol: 'udp', srcportstart: 67 })),
    // clean-traffic accepts all UDP from 0.0.0.0. Only DHCP requests are wanted of it.
    ...[
      { dstportstart: 0, dstportend: 66 },
      { dstportstart: 68, dstportend: 65535 },
    ].map((ports) => rule('drop', 'out', SECOND, ip({ srcipaddr: '0.0.0.0', protocol: 'udp', ...ports }))),
    // Only MAC, ARP and IPv4 of this machine: no IPv6, no VLAN.
    below('clean-traffic'),
  ],
  bridged: [
    ...silent,
    // Router advertisements and redirects, and DHCPv6 servers.
    ...[134, 137].map((type) => rule('drop', 'out', SECOND, ipv6({ protocol: 'icmpv6', type }))),
    rule('drop', 'out', SECOND, ipv6({ protocol: 'udp', srcportstart: 547 })),
    below('no-mac-spoofing'),
    below('no-arp-mac-spoofing'),
  ],
};

function digestOf(kind: FilterKind): string {
  return createHash('sha256')
    .update(renderXml(element('filter', { name: kind }, rules[kind])))
    .digest('hex');
}

/**
 * A filter with other rules has another name, so that another version of Cornac beside this one cannot remove
 * a rule from running machines.
 */
export function filterName(kind: FilterKind): string {
  return `cornac-${kind}-${digestOf(kind).slice(0, 8)}`;
}

/** Derived from the rules, so that two workers at once define the same filter. */
function uuidOf(kind: FilterKind): string {
  return digestOf(kind).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-8$4-$5');
}

export function filterXml(kind: FilterKind): string {
  return renderXml(
    element('filter', { name: filterName(kind), chain: 'root' }, [
      element('uuid', {}, uuidOf(kind)),
      ...rules[kind],
    ]),
  );
}

/** Whether a filter in libvirt has the present rules. */
export function isCurrent(kind: FilterKind, xml: string): boolean {
  const found = parseXml(xml);
  return (
    find(found, 'uuid')?.text === uuidOf(kind) && describe(found) === describe(parseXml(filterXml(kind)))
  );
}

/** Sorted, because libvirt orders rules by priority and puts references to other filters first. */
function describe(filter: Element): string {
  return [...findAll(filter, 'rule'), ...findAll(filter, 'filterref')].map(normal).sort().join('\n');
}

function normal({ name, attributes, children }: Element): string {
  const pairs = Object.entries(attributes).map(([key, value]) => `${key}=${value}`);
  return [name, ...pairs.sort(), ...children.map(normal)].join(' ');
}

import { createHash } from 'node:crypto';
import { type Element, element, find, findAll, parseXml, renderXml } from './xml.ts';

/**
 * Cornac's own filters. `machine`: of one whose address is reserved; takes $IP, $GATEWAY, $SUBNET and $MASK. `bridged`: of
 * one whose address is somebody else's to give: its MAC address is all that is known.
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

const rules: Readonly<Record<FilterKind, readonly Element[]>> = {
  machine: [
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
 * A filter with other rules has another name: another version of Cornac beside this one cannot take a rule away from
 * machines that run with it.
 */
export function filterName(kind: FilterKind): string {
  return `cornac-${kind}-${digestOf(kind).slice(0, 8)}`;
}

/** Follows from the rules, so that two workers at once define the same. */
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

/** Whether libvirt has the filter as it is written here. */
export function isCurrent(kind: FilterKind, xml: string): boolean {
  const found = parseXml(xml);
  return (
    find(found, 'uuid')?.text === uuidOf(kind) && describe(found) === describe(parseXml(filterXml(kind)))
  );
}

/** Libvirt orders rules by priority, and puts what they refer to first. */
function describe(filter: Element): string {
  return [...findAll(filter, 'rule'), ...findAll(filter, 'filterref')].map(normal).sort().join('\n');
}

function normal({ name, attributes, children }: Element): string {
  const pairs = Object.entries(attributes).map(([key, value]) => `${key}=${value}`);
  return [name, ...pairs.sort(), ...children.map(normal)].join(' ');
}

/** Ethernet frames with any content, as root in a guest can make them. */

const BROADCAST = 'ff:ff:ff:ff:ff:ff';

export function macBytes(mac: string): Buffer {
  return Buffer.from(mac.replaceAll(':', ''), 'hex');
}
export function ipBytes(ip: string): Buffer {
  return Buffer.from(ip.split('.').map(Number));
}
function word(value: number): Buffer {
  return Buffer.from([value >>> 8, value & 0xff]);
}

/** RFC 1071 */
function checksum(data: Buffer): Buffer {
  const even = data.length % 2 === 0 ? data : Buffer.concat([data, Buffer.alloc(1)]);
  let sum = 0;
  for (let at = 0; at < even.length; at += 2) sum += even.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return word(~sum & 0xffff);
}

function ethernet(to: string, from: string, type: number, payload: Buffer): Buffer {
  return Buffer.concat([macBytes(to), macBytes(from), word(type), payload]);
}

interface Ends {
  readonly fromMac: string;
  readonly toMac?: string;
  readonly from: string;
  readonly to: string;
  readonly fromPort: number;
  readonly toPort: number;
}

export function udp(ends: Ends, payload: Buffer | string): Buffer {
  const { fromMac, toMac = BROADCAST, from, to, fromPort, toPort } = ends;
  const data = Buffer.from(payload as string);
  const datagram = Buffer.concat([word(fromPort), word(toPort), word(8 + data.length), word(0), data]);
  const head = Buffer.concat([
    Buffer.from([0x45, 0]),
    word(20 + datagram.length),
    Buffer.from([0, 0, 0, 0, 64, 17, 0, 0]),
    ipBytes(from),
    ipBytes(to),
  ]);
  checksum(head).copy(head, 10);
  return ethernet(toMac, fromMac, 0x0800, Buffer.concat([head, datagram]));
}

export const DHCP = { discover: 1, request: 3, decline: 4, release: 7 } as const;
export const OPTION = { hostname: 12, address: 50, server: 54, client: 61, fqdn: 81 } as const;

export interface DhcpMessage {
  readonly type: keyof typeof DHCP;
  /** The MAC address of the client, which need not be the sender's. */
  readonly chaddr: string;
  readonly ciaddr?: string;
  readonly options?: readonly (readonly [number, Buffer | string])[];
}

/** A message to a DHCP server, RFC 2131. */
export function dhcp(sender: { mac: string; ip?: string }, message: DhcpMessage): Buffer {
  const { type, chaddr, ciaddr = '0.0.0.0', options = [] } = message;
  const fixed = Buffer.alloc(236);
  fixed.set([1, 1, 6, 0, 1, 2, 3, 4], 0);
  fixed.set(ipBytes(ciaddr), 12);
  fixed.set(macBytes(chaddr), 28);
  const all = [[53, Buffer.from([DHCP[type]])] as const, ...options].map(([code, value]) => {
    const bytes = Buffer.from(value as string);
    return Buffer.concat([Buffer.from([code, bytes.length]), bytes]);
  });
  const body = Buffer.concat([fixed, Buffer.from('63825363', 'hex'), ...all, Buffer.from([255])]);
  const { mac, ip = '0.0.0.0' } = sender;
  return udp({ fromMac: mac, from: ip, to: '255.255.255.255', fromPort: 68, toPort: 67 }, body);
}

/** An unrequested ARP answer: this address is at this MAC address. */
export function arp(sender: { mac: string; ip: string }, to: { mac: string; ip: string }): Buffer {
  const body = Buffer.concat([
    Buffer.from([0, 1, 8, 0, 6, 4, 0, 2]),
    ...[macBytes(sender.mac), ipBytes(sender.ip), macBytes(to.mac), ipBytes(to.ip)],
  ]);
  return ethernet(to.mac, sender.mac, 0x0806, body);
}

/** A router advertisement (RFC 4861) to all, with the prefix 2001:db8:bad::/64. */
export function routerAdvertisement(mac: string): Buffer {
  const source = Buffer.from('fe800000000000000000000000000bad', 'hex');
  const all = Buffer.from('ff020000000000000000000000000001', 'hex');
  const prefix = Buffer.from('20010db80bad00000000000000000000', 'hex');
  const body = Buffer.concat([
    Buffer.from([134, 0, 0, 0, 64, 0, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0]),
    Buffer.from([3, 4, 64, 0xc0, 0, 0, 14, 16, 0, 0, 14, 16, 0, 0, 0, 0]),
    prefix,
  ]);
  const pseudo = Buffer.concat([source, all, Buffer.from([0, 0, 0, body.length, 0, 0, 0, 58]), body]);
  checksum(pseudo).copy(body, 2);
  const head = Buffer.concat([
    Buffer.from([0x60, 0, 0, 0]),
    word(body.length),
    Buffer.from([58, 255]),
    source,
    all,
  ]);
  return ethernet('33:33:00:00:00:01', mac, 0x86dd, Buffer.concat([head, body]));
}

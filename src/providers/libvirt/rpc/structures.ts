import { array, type Codec, hyper, int, opaque, optional, string, struct, uint } from './xdr.ts';

const uuid = opaque(16);

/** A virtual machine, in libvirt's term. `id` is -1 while it is off. */
export interface Domain {
  readonly name: string;
  readonly uuid: Uint8Array;
  readonly id: number;
}
export const domain = struct<Domain>({ name: string, uuid, id: int });

export interface Network {
  readonly name: string;
  readonly uuid: Uint8Array;
}
export const network = struct<Network>({ name: string, uuid });

/** Rules for the traffic of a network card, see `formatnwfilter` of libvirt's documentation. */
export interface NetworkFilter {
  readonly name: string;
  readonly uuid: Uint8Array;
}
export const networkFilter = struct<NetworkFilter>({ name: string, uuid });

export interface Pool {
  readonly name: string;
  readonly uuid: Uint8Array;
}
export const pool = struct<Pool>({ name: string, uuid });

export interface Volume {
  readonly pool: string;
  readonly name: string;
  readonly key: string;
}
export const volume = struct<Volume>({ pool: string, name: string, key: string });

export interface RemoteError {
  readonly code: number;
  readonly domain: number;
  readonly message: string | undefined;
  readonly level: number;
}
/** `remote_error` has more fields, which newer versions leave empty. Nothing here reads them. */
export const remoteError = struct<RemoteError>({
  code: int,
  domain: int,
  message: optional(string),
  level: int,
});

export interface InterfaceAddress {
  /** 0 is IPv4, 1 is IPv6. */
  readonly type: number;
  readonly addr: string;
  readonly prefix: number;
}
export interface GuestInterface {
  readonly name: string;
  readonly hwaddr: string | undefined;
  readonly addrs: InterfaceAddress[];
}
export const guestInterface = struct<GuestInterface>({
  name: string,
  hwaddr: optional(string),
  addrs: array(struct<InterfaceAddress>({ type: int, addr: string, prefix: uint }), 2048),
});

/** A lease that libvirt's own DHCP server has given to a client. */
export interface DhcpLease {
  readonly iface: string;
  readonly expirytime: number;
  /** 0 is IPv4, 1 is IPv6. */
  readonly type: number;
  readonly mac: string | undefined;
  readonly iaid: string | undefined;
  readonly ipaddr: string;
  readonly prefix: number;
  readonly hostname: string | undefined;
  readonly clientid: string | undefined;
}
export const dhcpLease = struct<DhcpLease>({
  iface: string,
  expirytime: hyper,
  type: int,
  mac: optional(string),
  iaid: optional(string),
  ipaddr: string,
  prefix: uint,
  hostname: optional(string),
  clientid: optional(string),
});

/** Sizes in bytes. */
export interface PoolInfo {
  /** 2 is running. */
  readonly state: number;
  readonly capacity: number;
  readonly allocation: number;
  readonly available: number;
}
export const poolInfo = struct<PoolInfo>({
  state: uint,
  capacity: hyper,
  allocation: hyper,
  available: hyper,
});

/** Sizes in bytes. */
export interface VolumeInfo {
  readonly type: number;
  readonly capacity: number;
  readonly allocation: number;
}
export const volumeInfo = struct<VolumeInfo>({ type: int, capacity: hyper, allocation: hyper });

/** A list in an answer: the items, and their number. */
export function list<T>(item: Codec<T>, max: number): Codec<{ items: T[]; count: number }> {
  return struct({ items: array(item, max), count: uint });
}

import type { Domain, Network, NetworkFilter, Pool, Volume } from './structures.ts';
import {
  dhcpLease,
  domain,
  guestInterface,
  list,
  network,
  networkFilter,
  pool,
  poolInfo,
  volume,
  volumeInfo,
} from './structures.ts';
import { array, type Codec, hyper, int, none, optional, present, string, struct, uint } from './xdr.ts';

/** A remote procedure: its numbers, and the structures of its arguments and its answer. */
export interface Procedure<A, R> {
  readonly name: string;
  readonly program: number;
  readonly number: number;
  readonly args: Codec<A>;
  readonly ret: Codec<R>;
}

/** An event that libvirt sends to clients that have registered for it. */
export interface EventKind<T> {
  readonly procedure: number;
  /** `virDomainEventID`, for the registration. */
  readonly id: number;
  readonly message: Codec<T>;
}

/** Program numbers; all are at version 1. */
export const Program = { remote: 0x20008086, qemu: 0x20008087, keepalive: 0x6b656570 } as const;

function remote<A, R>(name: string, number: number, args: Codec<A>, ret: Codec<R>): Procedure<A, R> {
  return {
    name,
    program: Program.remote,
    number,
    args,
    ret,
  };
}

const flags = uint;
const dom = struct<{ dom: Domain }>({ dom: domain });
const domFlags = struct<{ dom: Domain; flags: number }>({ dom: domain, flags });
const domXml = struct<{ dom: Domain; xml: string; flags: number }>({ dom: domain, xml: string, flags });
const byName = struct<{ name: string }>({ name: string });
const xml = struct<{ xml: string }>({ xml: string });
const vol = struct<{ vol: Volume }>({ vol: volume });
const net = struct<{ net: Network }>({ net: network });
const poolOnly = struct<{ pool: Pool }>({ pool });
const poolFlags = struct<{ pool: Pool; flags: number }>({ pool, flags });

// Numbers and structures of `remote_protocol.x` and `qemu_protocol.x`, which are libvirt's stable wire ABI.
export const authList = remote('authList', 66, none, struct({ types: array(int, 20) }));
export const authPolkit = remote('authPolkit', 70, none, struct({ complete: int }));
export const connectOpen = remote('connectOpen', 1, struct({ name: optional(string), flags }), none);
export const connectSupportsFeature = remote(
  'connectSupportsFeature',
  60,
  struct({ feature: int }),
  struct({ supported: int }),
);
export const connectGetHostname = remote('connectGetHostname', 59, none, struct({ hostname: string }));
export const connectGetLibVersion = remote('connectGetLibVersion', 157, none, struct({ version: hyper }));
export const connectListAllDomains = remote(
  'connectListAllDomains',
  273,
  struct({ need_results: int, flags }),
  list(domain, 16_384),
);
export const connectDomainEventRegister = remote(
  'connectDomainEventRegister',
  316,
  struct({ eventId: int, dom: optional(domain) }),
  struct({ callbackId: int }),
);
export const nodeGetMemoryStats = remote(
  'nodeGetMemoryStats',
  228,
  struct({ nparams: int, cell: int, flags }),
  struct({ params: array(struct({ field: string, value: hyper }), 16), nparams: int }),
);

export const domainLookupByName = remote('domainLookupByName', 23, byName, dom);
export const domainGetXmlDesc = remote('domainGetXmlDesc', 14, domFlags, xml);
export const domainDefineXmlFlags = remote('domainDefineXmlFlags', 350, struct({ xml: string, flags }), dom);
export const domainUndefineFlags = remote('domainUndefineFlags', 231, domFlags, none);
export const domainCreateWithFlags = remote('domainCreateWithFlags', 196, domFlags, dom);
export const domainShutdownFlags = remote('domainShutdownFlags', 258, domFlags, none);
export const domainDestroyFlags = remote('domainDestroyFlags', 234, domFlags, none);
/** Whether the domain's memory is in a file, from which its next start resumes it. */
export const domainHasManagedSaveImage = remote(
  'domainHasManagedSaveImage',
  183,
  domFlags,
  struct({ result: int }),
);
export const domainResume = remote('domainResume', 28, dom, none);
export const domainSetMetadata = remote(
  'domainSetMetadata',
  264,
  struct<{ dom: Domain; type: number; metadata: string; key: string; uri: string; flags: number }>({
    dom: domain,
    type: int,
    metadata: present(string),
    key: present(string),
    uri: present(string),
    flags,
  }),
  none,
);
export const domainGetState = remote('domainGetState', 212, domFlags, struct({ state: int, reason: int }));
/** `errors`: `disk` is the target of a disk; `error` is 2 for no space left, 1 for any other error. */
export const domainGetDiskErrors = remote(
  'domainGetDiskErrors',
  263,
  struct<{ dom: Domain; maxErrors: number; flags: number }>({ dom: domain, maxErrors: int, flags }),
  struct({ errors: array(struct({ disk: string, error: int }), 256), nerrors: int }),
);
/** Sizes in KiB, of the running domain, or of the definition of a domain that is off. */
export const domainGetInfo = remote(
  'domainGetInfo',
  16,
  dom,
  struct({ state: uint, maxMem: hyper, memory: hyper, nrVirtCpu: uint, cpuTime: hyper }),
);
export const domainBlockResize = remote(
  'domainBlockResize',
  251,
  struct<{ dom: Domain; disk: string; size: number; flags: number }>({
    dom: domain,
    disk: string,
    size: hyper,
    flags,
  }),
  none,
);
export const domainDetachDeviceFlags = remote('domainDetachDeviceFlags', 161, domXml, none);
export const domainUpdateDeviceFlags = remote('domainUpdateDeviceFlags', 174, domXml, none);
export const domainInterfaceAddresses = remote(
  'domainInterfaceAddresses',
  353,
  struct<{ dom: Domain; source: number; flags: number }>({ dom: domain, source: uint, flags }),
  struct({ ifaces: array(guestInterface, 2048) }),
);
export const domainAgentCommand: Procedure<
  { dom: Domain; cmd: string; timeout: number; flags: number },
  { result: string | undefined }
> = {
  name: 'domainAgentCommand',
  program: Program.qemu,
  number: 3,
  args: struct({ dom: domain, cmd: string, timeout: int, flags }),
  ret: struct({ result: optional(string) }),
};

export const networkLookupByName = remote('networkLookupByName', 46, byName, net);
export const networkIsActive = remote('networkIsActive', 152, net, struct({ active: int }));

export const networkGetXmlDesc = remote(
  'networkGetXmlDesc',
  43,
  struct<{ net: Network; flags: number }>({ net: network, flags }),
  xml,
);
/** Use `updateNetwork` instead, because the order of `command` and `section` depends on libvirt's version. */
export const networkUpdate = remote(
  'networkUpdate',
  291,
  struct<{
    net: Network;
    command: number;
    section: number;
    parentIndex: number;
    xml: string;
    flags: number;
  }>({ net: network, command: uint, section: uint, parentIndex: int, xml: string, flags }),
  none,
);
export const networkGetDhcpLeases = remote(
  'networkGetDhcpLeases',
  341,
  struct<{ net: Network; mac: string | undefined; need_results: number; flags: number }>({
    net: network,
    mac: optional(string),
    need_results: int,
    flags,
  }),
  list(dhcpLease, 65_536),
);

const filter = struct<{ filter: NetworkFilter }>({ filter: networkFilter });
export const nwfilterLookupByName = remote('nwfilterLookupByName', 175, byName, filter);
export const nwfilterGetXmlDesc = remote(
  'nwfilterGetXmlDesc',
  177,
  struct<{ filter: NetworkFilter; flags: number }>({ filter: networkFilter, flags }),
  xml,
);
export const nwfilterDefineXml = remote('nwfilterDefineXml', 180, xml, filter);

export const connectListAllStoragePools = remote(
  'connectListAllStoragePools',
  281,
  struct({ need_results: int, flags }),
  list(pool, 4_096),
);
export const poolLookupByName = remote('poolLookupByName', 84, byName, poolOnly);
export const poolCreate = remote('poolCreate', 78, poolFlags, none);
export const poolGetInfo = remote('poolGetInfo', 87, poolOnly, poolInfo);
export const poolGetXmlDesc = remote('poolGetXmlDesc', 88, poolFlags, xml);
export const poolRefresh = remote('poolRefresh', 83, poolFlags, none);
export const poolListAllVolumes = remote(
  'poolListAllVolumes',
  282,
  struct<{ pool: Pool; need_results: number; flags: number }>({ pool, need_results: int, flags }),
  list(volume, 16_384),
);

export const volumeLookupByName = remote(
  'volumeLookupByName',
  95,
  struct<{ pool: Pool; name: string }>({ pool, name: string }),
  vol,
);
export const volumeLookupByPath = remote('volumeLookupByPath', 97, struct({ path: string }), vol);
export const volumeCreateXml = remote(
  'volumeCreateXml',
  93,
  struct<{ pool: Pool; xml: string; flags: number }>({ pool, xml: string, flags }),
  vol,
);
export const volumeCreateXmlFrom = remote(
  'volumeCreateXmlFrom',
  125,
  struct<{ pool: Pool; xml: string; source: Volume; flags: number }>({
    pool,
    xml: string,
    source: volume,
    flags,
  }),
  vol,
);
export const volumeDelete = remote(
  'volumeDelete',
  94,
  struct<{ vol: Volume; flags: number }>({ vol: volume, flags }),
  none,
);
export const volumeGetInfo = remote('volumeGetInfo', 98, vol, volumeInfo);
export const volumeGetPath = remote('volumeGetPath', 100, vol, struct({ path: string }));
export const volumeGetXmlDesc = remote(
  'volumeGetXmlDesc',
  99,
  struct<{ vol: Volume; flags: number }>({ vol: volume, flags }),
  xml,
);
export const volumeResize = remote(
  'volumeResize',
  260,
  struct<{ vol: Volume; capacity: number; flags: number }>({ vol: volume, capacity: hyper, flags }),
  none,
);
/** A stream of `length` bytes follows the call: use `Connection.upload`. */
export const volumeUpload = remote(
  'volumeUpload',
  208,
  struct<{ vol: Volume; offset: number; length: number; flags: number }>({
    vol: volume,
    offset: hyper,
    length: hyper,
    flags,
  }),
  none,
);

/** `event`: 2 started, 5 stopped, 6 shut down; `detail` is the reason. */
export const lifecycleEvent: EventKind<{ callbackId: number; dom: Domain; event: number; detail: number }> = {
  procedure: 318,
  id: 0,
  message: struct({ callbackId: int, dom: domain, event: int, detail: int }),
};
export const deviceRemovedEvent: EventKind<{ callbackId: number; dom: Domain; alias: string }> = {
  procedure: 333,
  id: 15,
  message: struct({ callbackId: int, dom: domain, alias: string }),
};

import { byName, flags, remote, xml } from './procedure.ts';
import { dhcpLease, list, type Network, type NetworkFilter, network, networkFilter } from './structures.ts';
import { int, none, optional, string, struct, uint } from './xdr.ts';

const net = struct<{ net: Network }>({ net: network });

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

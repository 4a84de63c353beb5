import { byName, flags, remote, xml } from './procedure.ts';
import { list, type Pool, pool, poolInfo, type Volume, volume, volumeInfo } from './structures.ts';
import { hyper, int, none, string, struct } from './xdr.ts';

const vol = struct<{ vol: Volume }>({ vol: volume });
const poolOnly = struct<{ pool: Pool }>({ pool });
const poolFlags = struct<{ pool: Pool; flags: number }>({ pool, flags });

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

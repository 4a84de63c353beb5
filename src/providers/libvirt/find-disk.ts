import { dirname } from 'node:path';
import type { Host } from './host.ts';
import { refreshPool } from './refresh.ts';
import { ErrorCode, orMissing } from './rpc/errors.ts';
import * as procedures from './rpc/procedures.ts';
import type { Pool, Volume } from './rpc/structures.ts';
import { poolPath } from './volume-xml.ts';
import { findVolume } from './volumes.ts';

/** `virConnectListAllStoragePoolsFlags` */
const STATES = { inactive: 1, active: 2 } as const;

/** Pools in this directory and state. */
export async function poolsAt(
  host: Host,
  directory: string,
  state: keyof typeof STATES,
): Promise<readonly Pool[]> {
  const args = { need_results: 1, flags: STATES[state] };
  const { items } = await host.call(procedures.connectListAllStoragePools, args);
  const found: Pool[] = [];
  for (const pool of items) {
    const call = host.call(procedures.poolGetXmlDesc, { pool, flags: 0 });
    const described = await orMissing(call, ErrorCode.noPool);
    if (described !== undefined && poolPath(described.xml) === directory) found.push(pool);
  }
  return found;
}

/**
 * The volume at a path, also where libvirt has not refreshed the pool since the volume was made, e.g. the new
 * disk after a snapshot.
 */
export async function findDisk(host: Host, path: string): Promise<Volume | undefined> {
  const known = await findVolume(host, { path });
  if (known !== undefined) return known;
  for (const pool of await poolsAt(host, dirname(path), 'active')) await refreshPool(host, pool);
  return findVolume(host, { path });
}

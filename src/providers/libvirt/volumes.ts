import { isOwnedBy } from '../owner.ts';
import { type MachineRef, ProviderError } from '../provider.ts';
import { type DiskPlace, diskBySerial } from './domain-xml.ts';
import type { Host } from './host.ts';
import { ErrorCode, orMissing } from './rpc/errors.ts';
import * as procedures from './rpc/procedures.ts';
import type { Pool, Volume } from './rpc/structures.ts';
import { type NewVolume, poolType, volumeXml } from './volume-xml.ts';

/**
 * Names of the volumes of one attempt to make a machine. Attempts share no volume, so that no attempt takes a
 * disk for complete that another attempt has only begun. The name of a machine contains no dot. The disks
 * differ before their ending, because a snapshot file has the name of its disk with another ending.
 */
export function volumeNames({ name, owner }: MachineRef, attempt: string) {
  const stem = [name, ...(owner === undefined ? [] : [owner]), attempt].join('.');
  return { root: `${stem}-root.qcow2`, data: `${stem}-pgdata.qcow2`, seed: `${stem}.seed` };
}

/** The owner in the name of a volume, if it has one. */
function ownerOf(volume: string): string | undefined {
  const [, owner, ...rest] = volume.split('.');
  return rest.length === 2 ? owner : undefined;
}

/** The machine of a volume, by its name; undefined for a name that is not of `volumeNames`. */
export function machineOf(volume: string): string | undefined {
  // In Cornac 0.3 the names of disks ended in `.root` and `.pgdata`.
  return /^([^.]+)\.[^.]+(?:\.[^.]+)?(?:\.(?:root|pgdata|seed)|-(?:root|pgdata)\.qcow2)$/.exec(volume)?.[1];
}

/** To copy a disk, or to zero its blocks, takes long on a slow storage. */
const COPY_TIMEOUT_MS = 60 * 60_000;

/** Types of pools whose volumes are files, because these can be qcow2, share blocks, be sparse, and grow. */
const FILE_POOLS = ['dir', 'fs', 'netfs', 'vstorage'];

/**
 * The pool for disks of new machines.
 * @throws ProviderError `Configuration` where its volumes are not files, because libvirt cannot grow an LVM
 * volume, and makes a sparse one as a snapshot that breaks after some MiB
 */
export async function poolForDisks(host: Host): Promise<Pool> {
  const pool = await host.pool();
  const type = poolType((await host.call(procedures.poolGetXmlDesc, { pool, flags: 0 })).xml);
  if (FILE_POOLS.includes(type)) return pool;
  throw new ProviderError(
    'Configuration',
    `storage pool ${pool.name} on ${host.name} has the type ${type}: name a pool of files (${FILE_POOLS.join(', ')}) in STORAGE_POOL`,
  );
}

/** The free bytes of a pool, and whether it is active. */
export async function poolSpace(host: Host, pool: Pool): Promise<{ available: number; active: boolean }> {
  const { available, state } = await host.call(procedures.poolGetInfo, { pool });
  return { available, active: state === 2 };
}

export async function createVolume(host: Host, pool: Pool, volume: NewVolume): Promise<Volume> {
  const xml = volumeXml(volume);
  return (
    await host.call(procedures.volumeCreateXml, { pool, xml, flags: 0 }, { timeoutMs: COPY_TIMEOUT_MS })
  ).vol;
}

export async function copyVolume(host: Host, pool: Pool, volume: NewVolume, source: Volume): Promise<Volume> {
  const xml = volumeXml(volume);
  const args = { pool, xml, source, flags: 0 };
  return (await host.call(procedures.volumeCreateXmlFrom, args, { timeoutMs: COPY_TIMEOUT_MS })).vol;
}

export async function uploadVolume(host: Host, vol: Volume, data: Buffer): Promise<void> {
  const args = { vol, offset: 0, length: data.length, flags: 0 };
  await host.upload(procedures.volumeUpload, args, once(data));
}

async function* once(data: Buffer) {
  yield data;
}

export async function deleteVolume(host: Host, vol: Volume): Promise<void> {
  await orMissing(host.call(procedures.volumeDelete, { vol, flags: 0 }), ErrorCode.noVolume);
}

/** The volume of a disk, if the disk is a volume of a pool. */
export async function findVolume(host: Host, disk: DiskPlace): Promise<Volume | undefined> {
  if ('path' in disk) {
    const lookup = host.call(procedures.volumeLookupByPath, { path: disk.path });
    return (await orMissing(lookup, ErrorCode.noVolume))?.vol;
  }
  const found = await orMissing(
    host.call(procedures.poolLookupByName, { name: disk.pool }),
    ErrorCode.noPool,
  );
  if (found === undefined) return undefined;
  const lookup = host.call(procedures.volumeLookupByName, { pool: found.pool, name: disk.volume });
  return (await orMissing(lookup, ErrorCode.noVolume))?.vol;
}

/** The volume of the disk with this serial. */
export async function volumeOfDisk(
  host: Host,
  definition: string,
  serial: string,
): Promise<Volume | undefined> {
  const disk = diskBySerial(definition, serial);
  return disk && findVolume(host, disk);
}

/** All volumes of a machine in the present pool, by any attempt. Leaves out volumes of another owner. */
export async function machineVolumes(host: Host, machine: MachineRef): Promise<Volume[]> {
  const pool = await host.pool();
  const { items } = await host.call(procedures.poolListAllVolumes, { pool, need_results: 1, flags: 0 });
  return items.filter(
    ({ name }) => name.startsWith(`${machine.name}.`) && isOwnedBy({ owner: ownerOf(name) }, machine),
  );
}

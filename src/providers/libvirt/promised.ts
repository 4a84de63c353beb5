import { statfs } from 'node:fs/promises';
import { DATA_SERIAL, diskBySerial, readMachineMetadata, sizesOf, systemDisk } from './domain-xml.ts';
import type { Host } from './host.ts';
import { refreshPool } from './refresh.ts';
import { ErrorCode, orMissing } from './rpc/errors.ts';
import * as procedures from './rpc/procedures.ts';
import type { Domain, Pool } from './rpc/structures.ts';
import type { PoolSize, VolumeSize } from './stock.ts';
import { poolPath } from './volume-xml.ts';
import { findVolume } from './volumes.ts';

const AUTOSTART = 1 << 10;
const OFF = -1;

/** The memory that is promised to a domain. */
export interface DomainMemory {
  readonly name: string;
  readonly memoryMiB: number;
  /** Present for a machine of this or of another Cornac: the path of its data disk. */
  readonly machine?: { readonly dataPath: string | undefined };
}

/**
 * Domains whose memory counts as promised. All machines of Cornac count, because they must be able to start
 * when a user wants so. Other domains count where they run, or where libvirt starts them with the host. Other
 * domains that are off, such as templates, do not count.
 */
export async function promisedDomains(host: Host): Promise<DomainMemory[]> {
  const list = async (flags: number) =>
    (await host.call(procedures.connectListAllDomains, { need_results: 1, flags })).items;
  const [all, autostart] = await Promise.all([list(0), list(AUTOSTART)]);
  const starting = new Set(autostart.map(({ name }) => name));
  const results = await Promise.all(
    all.map((domain) => orMissing(look(host, domain, starting), ErrorCode.noDomain)),
  );
  return results.filter((found) => found !== undefined);
}

async function look(
  host: Host,
  dom: Domain,
  starting: ReadonlySet<string>,
): Promise<DomainMemory | undefined> {
  const definition = await host.definition(dom);
  const isOwn = readMachineMetadata(definition) !== undefined;
  if (!isOwn && dom.id === OFF && !starting.has(dom.name)) return undefined;
  const next = sizesOf(definition).memoryMiB;
  // The larger of the present memory and that of the next start, because the domain may get either.
  const now = dom.id === OFF ? 0 : (await host.call(procedures.domainGetInfo, { dom })).maxMem / 1024;
  return {
    name: dom.name,
    memoryMiB: Math.max(next, now),
    ...(isOwn && { machine: { dataPath: diskBySerial(definition, DATA_SERIAL)?.path } }),
  };
}

export interface NamedVolume extends VolumeSize {
  readonly name: string;
  readonly path: string;
}

/** Volumes of a pool with their sizes. */
export async function sizedVolumes(host: Host, pool: Pool): Promise<NamedVolume[]> {
  const { items } = await host.call(procedures.poolListAllVolumes, { pool, need_results: 1, flags: 0 });
  const sized = await Promise.all(
    items.map(async (vol) => {
      const info = await orMissing(host.call(procedures.volumeGetInfo, { vol }), ErrorCode.noVolume);
      // The key of a volume in a file is its path.
      return info && { name: vol.name, path: vol.key, ...info };
    }),
  );
  return sized.filter((volume) => volume !== undefined);
}

/** The present size of a pool's file system. Refreshes the pool, because libvirt caches the size. */
export async function poolSize(host: Host, pool: Pool): Promise<PoolSize> {
  await refreshPool(host, pool);
  const { capacity, available } = await host.call(procedures.poolGetInfo, { pool });
  return { capacity, available, rootsOwn: await rootsOwn(host, pool, capacity) };
}

/** The space that only root can write. Known where libvirt on this computer sees the same file system. */
async function rootsOwn(host: Host, pool: Pool, capacity: number): Promise<number | undefined> {
  if (!host.isLocal) return undefined;
  const path = poolPath((await host.call(procedures.poolGetXmlDesc, { pool, flags: 0 })).xml);
  const seen = path === undefined ? undefined : await statfs(path).catch(() => undefined);
  if (seen === undefined || seen.blocks * seen.bsize !== capacity) return undefined;
  return Math.max(0, seen.bfree - seen.bavail) * seen.bsize;
}

/** Bytes that a new system disk may grow to; 0 where the origin is not usable, which cloning reports. */
export async function systemDiskSize(host: Host): Promise<number> {
  const origin = await host.findDomain(host.settings.origin);
  const definition = origin && (await orMissing(host.definition(origin), ErrorCode.noDomain));
  const disk = definition === undefined ? undefined : systemDisk(definition);
  const vol = disk && (await findVolume(host, disk));
  if (vol === undefined) return 0;
  return (await orMissing(host.call(procedures.volumeGetInfo, { vol }), ErrorCode.noVolume))?.capacity ?? 0;
}

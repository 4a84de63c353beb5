import { GIB } from '../../system/units.ts';
import { type MachineSpec, type Progress, ProviderError, type Resized } from '../provider.ts';
import { requireRoom } from '../room.ts';
import { DATA_SERIAL, diskBySerial, resizedXml, sizesOf } from './domain-xml.ts';
import { findDisk } from './find-disk.ts';
import type { Host } from './host.ts';
import { isSaved, type OwnDomain, stateOf } from './machine.ts';
import { roomOn } from './placement.ts';
import { powerOn } from './power.ts';
import { refreshPool } from './refresh.ts';
import * as procedures from './rpc/procedures.ts';
import type { Domain, Volume } from './rpc/structures.ts';

const BLOCK_RESIZE_BYTES = 1;

/**
 * Grows the data disk, online where the machine runs. Changes CPUs and memory for the next start.
 * @throws ProviderError `InsufficientCapacity` before anything is changed
 */
export async function resizeDomain(
  host: Host,
  { domain, definition }: OwnDomain,
  spec: MachineSpec,
  progress: Progress,
): Promise<Resized> {
  const { cpus, memoryMiB } = sizesOf(definition);
  const data = await dataVolume(host, { domain, definition });
  const isMore = spec.memoryMiB > memoryMiB || spec.diskGiB * GIB > data.capacity;
  if (isMore) requireRoom(await roomOn(host, spec.name), spec);
  // Otherwise the next start would restore the saved memory with the old sizes, whatever the definition holds.
  if (await isSaved(host, domain)) await powerOn(host, domain, progress);
  const running = (await stateOf(host, domain)) === 'running';
  const notes = await growDisk(host, domain, data, { size: spec.diskGiB * GIB, running }, progress);
  if (cpus !== spec.cpus || memoryMiB !== spec.memoryMiB) {
    progress.report(`giving ${domain.name} ${spec.cpus} CPUs and ${spec.memoryMiB} MiB`);
    const xml = resizedXml(definition, spec.cpus, spec.memoryMiB);
    await host.call(procedures.domainDefineXmlFlags, { xml, flags: 0 });
  }
  if (!running) return { restartNeeded: false, notes };
  const live = sizesOf(await host.definition(domain, 'live'));
  return { restartNeeded: live.cpus !== spec.cpus || live.memoryMiB !== spec.memoryMiB, notes };
}

interface DataVolume {
  readonly vol: Volume;
  /** Bytes */
  readonly capacity: number;
}

async function dataVolume(host: Host, { domain, definition }: OwnDomain): Promise<DataVolume> {
  const path = diskBySerial(definition, DATA_SERIAL)?.path;
  const vol = path === undefined ? undefined : await findDisk(host, path);
  if (vol === undefined) {
    throw new ProviderError('Conflict', `the data disk of ${domain.name} is not a volume of a storage pool`);
  }
  return { vol, capacity: (await host.call(procedures.volumeGetInfo, { vol })).capacity };
}

async function growDisk(
  host: Host,
  dom: Domain,
  { vol, capacity }: DataVolume,
  { size, running }: { readonly size: number; readonly running: boolean },
  progress: Progress,
): Promise<string[]> {
  if (size < capacity) return [`the data disk stays at ${capacity / GIB} GiB: it cannot shrink`];
  if (size === capacity) return [];
  progress.report(`growing the data disk of ${dom.name} to ${size / GIB} GiB`);
  if (!running) {
    await host.call(procedures.volumeResize, { vol, capacity: size, flags: 0 });
    return [];
  }
  // The hypervisor has the file open, so that it must grow the file itself. It notifies the guest.
  const target = diskBySerial(await host.definition(dom, 'live'), DATA_SERIAL)?.target ?? '';
  await host.call(procedures.domainBlockResize, { dom, disk: target, size, flags: BLOCK_RESIZE_BYTES });
  const { pool } = await host.call(procedures.poolLookupByName, { name: vol.pool });
  await refreshPool(host, pool);
  return [];
}

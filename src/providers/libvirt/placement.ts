import type { Counted } from '../../model/server/host-room.ts';
import { within } from '../../system/deadline.ts';
import { GIB } from '../../system/units.ts';
import { type HostRoom, ProviderError, type Room, type Size } from '../provider.ts';
import { DATA_SERIAL } from './domain-xml.ts';
import { type Host, onHost } from './host.ts';
import { findOwnDomain } from './machine.ts';
import {
  type DomainMemory,
  type NamedVolume,
  poolSize,
  promisedDomains,
  sizedVolumes,
  systemDiskSize,
} from './promised.ts';
import { ErrorCode, orMissing } from './rpc/errors.ts';
import * as procedures from './rpc/procedures.ts';
import type { Pool } from './rpc/structures.ts';
import { diskStock, memoryStock } from './stock.ts';
import { findVolume, machineOf, machineVolumes, volumeOfDisk } from './volumes.ts';

const ALL_CELLS = -1;

/** How long a host may take. Every new machine waits for the slowest host, which may hang. */
const ANSWER_MS = 15_000;

/** The room of a host, and whether the machine was begun there: a domain, or volumes of an attempt. */
export async function roomOn(host: Host, machine?: string): Promise<HostRoom> {
  try {
    const room = await within(ANSWER_MS, () => onHost(host, () => look(host, machine)));
    return room ?? { host: host.name, unreachable: silent(host) };
  } catch (error) {
    if (error instanceof ProviderError) return { host: host.name, unreachable: error };
    throw error;
  }
}

function silent({ name }: Host) {
  return new ProviderError('Unavailable', `libvirt on ${name} did not answer in ${ANSWER_MS / 1000} s`);
}

async function look(host: Host, name?: string): Promise<Room> {
  if (name === undefined)
    return { host: host.name, begun: false, ...(await capacityOf(host, await host.pool())) };
  const own = await findOwnDomain(host, name);
  const disk = own && (await volumeOfDisk(host, own.definition, DATA_SERIAL));
  // An existing machine grows in the pool of its data disk, which need not be the pool of new machines.
  const pool =
    disk === undefined
      ? await host.pool()
      : (await host.call(procedures.poolLookupByName, { name: disk.pool })).pool;
  // First, because it makes sure that the pool can be read.
  const capacity = await capacityOf(host, pool);
  const begun = own !== undefined || (await machineVolumes(host, { name })).length > 0;
  return { host: host.name, begun, ...capacity };
}

async function capacityOf(host: Host, pool: Pool): Promise<Omit<Room, 'host' | 'begun'>> {
  const size = await poolSize(host, pool);
  const [totalMiB, domains, volumes, system] = await Promise.all([
    totalMemory(host),
    promisedDomains(host),
    sizedVolumes(host, pool),
    systemDiskSize(host),
  ]);
  const promisedMiB = domains.reduce((sum, { memoryMiB }) => sum + memoryMiB, 0);
  const { overcommit } = host.options;
  return {
    memoryMiB: memoryStock({ totalMiB, promisedMiB }, overcommit),
    diskGiB: diskStock(size, volumes, overcommit),
    systemGiB: system / GIB,
    machines: new Map([
      ...begunMachines(volumes, system),
      ...(await Promise.all(
        domains.flatMap(({ machine, ...domain }) =>
          machine ? [countMachine(host, domain, machine, volumes)] : [],
        ),
      )),
    ]),
  };
}

async function totalMemory(host: Host): Promise<number> {
  const args = { nparams: 0, cell: ALL_CELLS, flags: 0 };
  const { nparams } = await host.call(procedures.nodeGetMemoryStats, args);
  const { params } = await host.call(procedures.nodeGetMemoryStats, { ...args, nparams });
  return (params.find(({ field }) => field === 'total')?.value ?? 0) / 1024;
}

/** Machines with volumes, also those without a domain yet. */
function begunMachines(volumes: readonly NamedVolume[], system: number): Map<string, Size> {
  const bytes = new Map<string, number>();
  for (const { name, capacity } of volumes) {
    const machine = machineOf(name);
    if (machine !== undefined) bytes.set(machine, (bytes.get(machine) ?? 0) + capacity);
  }
  return new Map([...bytes].map(([name, sum]) => [name, { memoryMiB: 0, diskGiB: (sum - system) / GIB }]));
}

async function countMachine(
  host: Host,
  { name, memoryMiB }: DomainMemory,
  { dataPath: path }: NonNullable<DomainMemory['machine']>,
  volumes: readonly NamedVolume[],
): Promise<[string, Counted]> {
  const here = volumes.find((volume) => volume.path === path)?.capacity;
  const capacity = here ?? (await capacityAt(host, path)) ?? 0;
  return [name, { memoryMiB, diskGiB: capacity / GIB, ...(here === undefined && { elsewhere: true }) }];
}

/** The size of a disk in another pool. */
async function capacityAt(host: Host, path: string | undefined): Promise<number | undefined> {
  const vol = path === undefined ? undefined : await findVolume(host, { path });
  const info = vol && (await orMissing(host.call(procedures.volumeGetInfo, { vol }), ErrorCode.noVolume));
  return info?.capacity;
}

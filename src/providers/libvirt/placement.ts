import { within } from '../../deadline.ts';
import { type HostRoom, ProviderError } from '../provider.ts';
import { type Host, onHost } from './host.ts';
import { findOwnDomain } from './machine.ts';
import * as procedures from './rpc/procedures.ts';
import { machineVolumes, poolSpace } from './volumes.ts';

const ALL_CELLS = -1;
const GIB = 2 ** 30;

/** Every new machine waits for the slowest host: one that hangs must not hold up all of them for as long as it likes. */
const ANSWER_MS = 15_000;

/** What a host has left, and whether the machine was begun there: a domain, or volumes of an attempt cut short. */
export async function roomOn(host: Host, machine: string): Promise<HostRoom> {
  try {
    const room = await within(ANSWER_MS, () => onHost(host, () => look(host, machine)));
    return room ?? { host: host.name, away: silent(host) };
  } catch (error) {
    if (error instanceof ProviderError) return { host: host.name, away: error };
    throw error;
  }
}

const silent = ({ name }: Host) =>
  new ProviderError('Unavailable', `libvirt on ${name} did not answer in ${ANSWER_MS / 1000} s`);

const look = async (host: Host, machine: string): Promise<HostRoom> => ({
  host: host.name,
  ...(await capacityOf(host)),
  begun:
    (await findOwnDomain(host, machine)) !== undefined ||
    (await machineVolumes(host, { name: machine })).length > 0,
});

async function capacityOf(host: Host): Promise<{ memoryMiB: number; diskGiB: number }> {
  const args = { nparams: 0, cell: ALL_CELLS, flags: 0 };
  const { nparams } = await host.call(procedures.nodeGetMemoryStats, args);
  const { params } = await host.call(procedures.nodeGetMemoryStats, { ...args, nparams });
  const kib = Object.fromEntries(params.map(({ field, value }) => [field, value]));
  // Memory that only caches files is given to whoever needs it.
  const memory = (kib.free ?? 0) + (kib.buffers ?? 0) + (kib.cached ?? 0);
  const { available } = await poolSpace(host, await host.pool());
  return { memoryMiB: Math.floor(memory / 1024), diskGiB: Math.floor(available / GIB) };
}

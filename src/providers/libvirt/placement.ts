import { type MachineSpec, ProviderError } from '../provider.ts';
import type { Host } from './host.ts';
import * as procedures from './rpc/procedures.ts';
import { poolSpace } from './volumes.ts';

/** What a host has left for a new machine. */
export interface Capacity {
  readonly memoryMiB: number;
  readonly diskGiB: number;
}

const ALL_CELLS = -1;
const GIB = 2 ** 30;

export async function capacityOf(host: Host): Promise<Capacity> {
  const args = { nparams: 0, cell: ALL_CELLS, flags: 0 };
  const { nparams } = await host.call(procedures.nodeGetMemoryStats, args);
  const { params } = await host.call(procedures.nodeGetMemoryStats, { ...args, nparams });
  const kib = Object.fromEntries(params.map(({ field, value }) => [field, value]));
  // Memory that only caches files is given to whoever needs it.
  const memory = (kib.free ?? 0) + (kib.buffers ?? 0) + (kib.cached ?? 0);
  const { available } = await poolSpace(host, await host.pool());
  return { memoryMiB: Math.floor(memory / 1024), diskGiB: Math.floor(available / GIB) };
}

/**
 * The host with the most memory left among those that have room for the machine.
 * @throws ProviderError `InsufficientCapacity` saying what each of them has left
 */
export function placeMachine<H extends { readonly name: string }>(
  candidates: readonly { readonly host: H; readonly capacity: Capacity }[],
  spec: Pick<MachineSpec, 'memoryMiB' | 'diskGiB'>,
): H {
  const roomy = candidates.filter(
    ({ capacity }) => capacity.memoryMiB >= spec.memoryMiB && capacity.diskGiB >= spec.diskGiB,
  );
  const [best] = roomy.sort((a, b) => b.capacity.memoryMiB - a.capacity.memoryMiB);
  if (best !== undefined) return best.host;
  const left = candidates.map(
    ({ host, capacity }) => `${host.name} has ${capacity.memoryMiB} MiB and ${capacity.diskGiB} GiB left`,
  );
  throw new ProviderError(
    'InsufficientCapacity',
    `no room for ${spec.memoryMiB} MiB of memory and ${spec.diskGiB} GiB of disk: ${left.join(', ')}`,
  );
}

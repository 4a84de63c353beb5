import { fits, leftOf, type Promised, promise } from '../model/server/host-room.ts';
import { type HostRoom, type MachineSpec, ProviderError } from './provider.ts';
import { describeRoom } from './room.ts';

/**
 * Chooses the host of a machine: the host where the machine was begun, else the host with the most memory
 * left among the hosts with room for it. What is promised to other machines does not count as left.
 *
 * An unreachable host is passed over, because it holds nothing of a machine without a chosen host.
 * @throws ProviderError that lists what each host has left: `InsufficientCapacity`, or `Unavailable` while an
 * unreachable host may have room; the error of a host where no host is reachable
 */
export function chooseHost(
  rooms: readonly HostRoom[],
  machine: Pick<MachineSpec, 'name' | 'memoryMiB' | 'diskGiB'>,
  promised: readonly Promised[] = [],
): string {
  const left = rooms.map((room) => ('unreachable' in room ? room : promise(room, promised)));
  const known = left.filter((room) => 'begun' in room);
  const begun = known.find((room) => room.begun);
  if (begun) return begun.host;
  const fitting = known.filter((room) => fits(room, machine));
  const [best] = fitting.sort((a, b) => leftOf(b.memoryMiB) - leftOf(a.memoryMiB));
  if (best) return best.host;
  const unreachable = rooms.flatMap((room) => ('unreachable' in room ? room.unreachable : []));
  const transient = unreachable.find(({ retryable }) => retryable);
  const only = known.length === 0 ? (transient ?? unreachable[0]) : undefined;
  if (only) throw only;
  const { memoryMiB, diskGiB } = machine;
  throw new ProviderError(
    transient ? 'Unavailable' : 'InsufficientCapacity',
    `no room for ${memoryMiB} MiB of memory and ${diskGiB} GiB of disk${systems(known)}: ${left.map(describeRoom).join(', ')}`,
  );
}

/** The disk space that a machine takes in addition to its data disk, for people. */
function systems(rooms: readonly { readonly systemGiB: number }[]): string {
  const most = Math.ceil(Math.max(0, ...rooms.map(({ systemGiB }) => systemGiB)));
  return most > 0 ? ` in addition to ${most} GiB for its system` : '';
}

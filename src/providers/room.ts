import { fits, type Promised, promise, uncounted, type Wanted } from '../model/server/host-room.ts';
import { type HostRoom, ProviderError, type Stock } from './provider.ts';

const MIB_PER_GIB = 1024;

/**
 * Requires that a host can promise its sizes to a machine.
 * @param room see `promise`
 * @throws ProviderError `InsufficientCapacity`; the host's error where the host is unreachable
 */
export function requireRoom(room: HostRoom, machine: Wanted, others: readonly Promised[] = []): void {
  if ('unreachable' in room) throw room.unreachable;
  const left = promise(room, others);
  if (fits(left, machine)) return;
  const { memoryMiB, diskGiB } = uncounted(left, machine);
  throw new ProviderError(
    'InsufficientCapacity',
    `no room for another ${memoryMiB} MiB of memory and ${Math.ceil(diskGiB)} GiB of disk: ${describeRoom(left)}`,
  );
}

function describeStock({ total, promised }: Stock, unit: string): string {
  return `${Math.floor(total)} ${unit}, ${Math.ceil(promised)} of them promised`;
}

export function describeRoom(room: HostRoom): string {
  return 'unreachable' in room
    ? `${room.host} is unreachable (${room.unreachable.message})`
    : `${room.host} has ${describeStock(room.memoryMiB, 'MiB')}, and ${describeStock(room.diskGiB, 'GiB')}`;
}

/** For people who compare it with the sizes of hosts. */
export function describeRoomInGib(room: HostRoom): string {
  if ('unreachable' in room) return describeRoom(room);
  const { host, memoryMiB, diskGiB } = room;
  const total = Math.floor((memoryMiB.total / MIB_PER_GIB) * 10) / 10;
  const promised = Math.ceil((memoryMiB.promised / MIB_PER_GIB) * 10) / 10;
  return `${host} has ${total} GiB of memory, ${promised} of them promised, and ${describeStock(diskGiB, 'GiB of disk')}`;
}

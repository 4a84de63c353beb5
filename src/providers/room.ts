import { type HostRoom, ProviderError, type Room, type Size, type Stock } from './provider.ts';

const MIB_PER_GIB = 1024;

/** What the inventory promises to an instance. */
export interface Promised extends Size {
  /** Name of the instance's machine. */
  readonly name: string;
  readonly host: string | null;
}

type Machine = Pick<Promised, 'name' | keyof Size>;

/**
 * The part of its sizes that is not yet counted for a machine on a host. For a machine that does not exist
 * this is all of its memory and data disk, and its system disk.
 */
function uncounted({ machines, systemGiB }: Room, { name, memoryMiB, diskGiB }: Machine): Size {
  const counted = machines.get(name) ?? { memoryMiB: 0, diskGiB: -systemGiB };
  return {
    memoryMiB: Math.max(0, memoryMiB - counted.memoryMiB),
    diskGiB: Math.max(0, diskGiB - counted.diskGiB),
  };
}

function add(stock: Stock, more: number): Stock {
  return { ...stock, promised: stock.promised + more };
}

/** The room of a host when also what the inventory promises to other machines there is counted as promised. */
export function promise(room: Room, others: readonly Promised[]): Room {
  const sizes = others.filter(({ host }) => host === room.host).map((other) => uncounted(room, other));
  const sum = (size: keyof Size) => sizes.reduce((total, each) => total + each[size], 0);
  return {
    ...room,
    memoryMiB: add(room.memoryMiB, sum('memoryMiB')),
    diskGiB: add(room.diskGiB, sum('diskGiB')),
  };
}

export function leftOf({ total, promised }: Stock): number {
  return total - promised;
}

/**
 * Whether a host has what the machine still needs there. A machine that needs nothing more fits, however full
 * the host is.
 */
export function fits(room: Room, machine: Machine): boolean {
  const { memoryMiB, diskGiB } = uncounted(room, machine);
  return (
    (memoryMiB === 0 || memoryMiB <= leftOf(room.memoryMiB)) &&
    (diskGiB === 0 || diskGiB <= leftOf(room.diskGiB))
  );
}

/**
 * Requires that a host can promise its sizes to a machine.
 * @param room see `promise`
 * @throws ProviderError `InsufficientCapacity`; the host's error where the host is unreachable
 */
export function requireRoom(room: HostRoom, machine: Machine, others: readonly Promised[] = []): void {
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

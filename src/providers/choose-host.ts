import { type HostRoom, type MachineSpec, ProviderError } from './provider.ts';

/** Room that is spoken for and not taken yet. */
export interface Promised {
  readonly host: string | null;
  readonly memoryMiB: number;
  readonly diskGiB: number;
}

type Size = Pick<MachineSpec, 'memoryMiB' | 'diskGiB'>;

/**
 * The host for a machine: where it was begun, else the one with most memory left among those that have room for it,
 * when what is promised to others is taken off.
 *
 * A host that cannot be asked is passed over. It holds nothing of a machine for which no host was chosen before.
 * @throws ProviderError saying what each host has left: `InsufficientCapacity`, or `Unavailable` while one that cannot
 * be asked may have room; what is wrong with a host where none can be asked
 */
export const chooseHost = (
  rooms: readonly HostRoom[],
  { memoryMiB, diskGiB }: Size,
  promised: readonly Promised[] = [],
): string => {
  const left = rooms.map((room) => ('away' in room ? room : deduct(room, promised)));
  const known = left.filter((room) => 'begun' in room);
  const begun = known.find((room) => room.begun);
  if (begun) return begun.host;
  const roomy = known.filter((room) => room.memoryMiB >= memoryMiB && room.diskGiB >= diskGiB);
  const [best] = roomy.sort((a, b) => b.memoryMiB - a.memoryMiB);
  if (best) return best.host;
  const away = rooms.flatMap((room) => ('away' in room ? room.away : []));
  const passing = away.find(({ retryable }) => retryable);
  const only = known.length === 0 ? (passing ?? away[0]) : undefined;
  if (only) throw only;
  throw new ProviderError(
    passing ? 'Unavailable' : 'InsufficientCapacity',
    `no room for ${memoryMiB} MiB of memory and ${diskGiB} GiB of disk: ${left.map(describe).join(', ')}`,
  );
};

type Known = Exclude<HostRoom, { away: ProviderError }>;

const deduct = (room: Known, promised: readonly Promised[]): Known => {
  const sum = (size: keyof Size) =>
    promised.filter(({ host }) => host === room.host).reduce((total, each) => total + each[size], 0);
  return {
    ...room,
    memoryMiB: Math.max(0, room.memoryMiB - sum('memoryMiB')),
    diskGiB: Math.max(0, room.diskGiB - sum('diskGiB')),
  };
};

const describe = (room: HostRoom): string =>
  'away' in room
    ? `${room.host} cannot be asked (${room.away.message})`
    : `${room.host} has ${room.memoryMiB} MiB and ${room.diskGiB} GiB left`;

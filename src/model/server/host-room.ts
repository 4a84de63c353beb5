/** The part of its host that a machine takes. */
export interface Size {
  readonly memoryMiB: number;
  readonly diskGiB: number;
}

/** What a host may promise, with overcommitment, and how much of it is promised to its machines. */
export interface Stock {
  readonly total: number;
  readonly promised: number;
}

/** What is counted for a machine on a host. */
export interface Counted extends Size {
  /** The machine takes its disk, or its memory, from another place of the host than new machines do. */
  readonly elsewhere?: true;
}

/** What a host has to promise. Memory and disk count by the sizes of the machines, not by their present use. */
export interface Room {
  readonly host: string;
  /** The most CPUs that one machine may have. Absent where the hypervisor sets no limit. */
  readonly cpus?: number;
  readonly memoryMiB: Stock;
  readonly diskGiB: Stock;
  /** The disk space that a machine takes in addition to its data disk. */
  readonly systemGiB: number;
  /**
   * What is counted for each machine by name, also for machines of other Cornacs. For a machine that is still
   * being made `diskGiB` is what exists beyond `systemGiB`, which is negative while the system disk is missing.
   */
  readonly machines: ReadonlyMap<string, Counted>;
  /** Whether the machine exists, or the remains of an attempt to make it. */
  readonly begun: boolean;
  /** Machines share the host: sizes are not added up, and each machine only has to fit alone. */
  readonly isShared?: true;
}

/** What the inventory promises to an instance. */
export interface Promised extends Size {
  /** Name of the instance's machine. */
  readonly name: string;
  readonly host: string | null;
}

export type Wanted = Pick<Promised, 'name' | keyof Size>;

/**
 * The part of its sizes that is not yet counted for a machine on a host. For a machine that does not exist
 * this is all of its memory and data disk, and its system disk.
 */
export function uncounted({ machines, systemGiB }: Room, { name, memoryMiB, diskGiB }: Wanted): Size {
  const counted = machines.get(name) ?? { memoryMiB: 0, diskGiB: -systemGiB };
  return {
    memoryMiB: Math.max(0, memoryMiB - counted.memoryMiB),
    diskGiB: Math.max(0, diskGiB - counted.diskGiB),
  };
}

function add(stock: Stock, more: number): Stock {
  return { ...stock, promised: stock.promised + more };
}

/** The same room with these sizes promised in addition. */
export function promiseMore(room: Room, sizes: readonly Size[]): Room {
  const sum = (size: keyof Size) => sizes.reduce((total, each) => total + each[size], 0);
  return {
    ...room,
    memoryMiB: add(room.memoryMiB, sum('memoryMiB')),
    diskGiB: add(room.diskGiB, sum('diskGiB')),
  };
}

/** The room of a host when also what the inventory promises to other machines there is counted as promised. */
export function promise(room: Room, others: readonly Promised[]): Room {
  if (room.isShared) return room;
  const here = others.filter(({ host }) => host === room.host);
  return promiseMore(
    room,
    here.map((other) => uncounted(room, other)),
  );
}

export function leftOf({ total, promised }: Stock): number {
  return total - promised;
}

/**
 * Whether a host has what the machine still needs there. A machine that needs nothing more fits, however full
 * the host is.
 */
export function fits(room: Room, machine: Wanted): boolean {
  const { memoryMiB, diskGiB } = uncounted(room, machine);
  return (
    (memoryMiB === 0 || memoryMiB <= leftOf(room.memoryMiB)) &&
    (diskGiB === 0 || diskGiB <= leftOf(room.diskGiB))
  );
}

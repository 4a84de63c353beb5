import type { Instance } from '../db-instance/instance.ts';
import { findInstanceClass } from '../db-instance/instance-class.ts';
import { type Counted, fits, leftOf, promiseMore, type Room, type Size, type Wanted } from './host-room.ts';

/** A room in the form in which the inventory keeps it. */
export type KnownRoom = Omit<Room, 'host' | 'machines' | 'begun'> & {
  readonly machines: Readonly<Record<string, Counted>>;
};

/** What a worker found of a host last. */
export interface HostFigures {
  readonly host: string;
  /** The start of the look. */
  readonly seenAt: Date;
  /** Null for an unreachable host. */
  readonly room: KnownRoom | null;
}

/** Workers look every minute. Older figures are unknown, as those of an unreachable host. */
const STALE_MS = 5 * 60_000;

type Sized = Pick<Instance, 'dbInstanceClass' | 'allocatedStorage'>;

interface Need extends Size {
  readonly cpus: number;
}

/** Undefined for the class of a newer Cornac. */
function needOf({ dbInstanceClass, allocatedStorage }: Sized): Need | undefined {
  const found = findInstanceClass(dbInstanceClass);
  return found && { cpus: found.vcpus, memoryMiB: found.memoryMiB, diskGiB: allocatedStorage };
}

/**
 * The room as of now: instead of what was counted for Cornac's own machines stands what the inventory promises
 * to their instances now, because machines were made, resized and removed since the look.
 */
function asOfNow(
  room: Room,
  { name: own }: Pick<Wanted, 'name'>,
  instances: readonly Instance[],
  isOurs: (machine: string) => boolean,
): Room {
  const promised = new Map<string, Size>();
  for (const instance of instances) {
    const { machine, host, availableAt, status } = instance;
    const isMade = host === null ? availableAt !== null : host === room.host;
    const size = isMade && status !== 'deleting' && machine !== own ? needOf(instance) : undefined;
    if (size) promised.set(machine, size);
  }
  const nothing = { memoryMiB: 0, diskGiB: -room.systemGiB };
  const names = [...room.machines.keys()].filter((name) => name !== own && isOurs(name));
  const changes = [...new Set([...promised.keys(), ...names])].map((name): Size => {
    const counted: Counted = room.machines.get(name) ?? nothing;
    const now = promised.get(name) ?? nothing;
    if (counted.elsewhere) return { memoryMiB: 0, diskGiB: 0 };
    return { memoryMiB: now.memoryMiB - counted.memoryMiB, diskGiB: now.diskGiB - counted.diskGiB };
  });
  return promiseMore(room, changes);
}

/** The question of a create, or of a change of an instance that has `has`. */
export interface Question {
  readonly machine: string;
  /** The host that has the machine; null for a new machine, and for a provider without hosts. */
  readonly host: string | null;
  readonly gets: Sized;
  readonly has?: Sized;
}

interface Known {
  readonly figures: readonly HostFigures[];
  readonly instances: readonly Instance[];
  /** Whether a machine of this name is one of this Cornac. */
  readonly isOurs: (machine: string) => boolean;
}

function mayFit(
  figures: HostFigures,
  { machine: name, gets, has }: Question,
  { instances, isOurs }: Known,
  now: Date,
): boolean {
  const { host, seenAt, room: known } = figures;
  const need = needOf(gets);
  const before = has && needOf(has);
  if (!known || !need || (has && !before) || now.getTime() - seenAt.getTime() > STALE_MS) return true;
  const had = before ?? { cpus: 0, memoryMiB: 0, diskGiB: 0 };
  if (known.cpus !== undefined && need.cpus > had.cpus && need.cpus > known.cpus) return false;
  const room: Room = { ...known, host, begun: false, machines: new Map(Object.entries(known.machines)) };
  if (room.isShared) {
    const hasMemory = need.memoryMiB <= had.memoryMiB || need.memoryMiB <= room.memoryMiB.total;
    return hasMemory && (need.diskGiB <= had.diskGiB || need.diskGiB - had.diskGiB <= leftOf(room.diskGiB));
  }
  const counted = room.machines.get(name);
  // The machine of a change is not known here, or takes from another place.
  if (has && (!counted || counted.elsewhere)) return true;
  const wanted = {
    name,
    // A part of which no more is wanted needs no room.
    memoryMiB: need.memoryMiB > had.memoryMiB ? need.memoryMiB : 0,
    diskGiB: need.diskGiB > had.diskGiB ? need.diskGiB : Number.NEGATIVE_INFINITY,
  };
  return fits(asOfNow(room, { name }, instances, isOurs), wanted);
}

/**
 * Whether a host may have room, by what workers found last and by what the inventory promises now. True also
 * where that is not known: the operation decides. It also decides where this answer is wrong, because the
 * figures are those of the last look.
 */
export function mayHaveRoom(question: Question, known: Known, now: Date): boolean {
  const { figures } = known;
  const rows = question.host === null ? figures : figures.filter(({ host }) => host === question.host);
  if (rows.length === 0) return true;
  // Several hosts, and it is not known which of them has the machine.
  if (question.has && rows.length > 1) return true;
  return rows.some((row) => mayFit(row, question, known, now));
}

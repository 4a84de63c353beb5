import type { Instance } from '../db-instance/instance.ts';
import type { Status } from '../db-instance/status.ts';
import { type EventText, event } from '../event.ts';

/** A volume of an instance, as its machine reports it. */
export interface Volume {
  readonly sizeKiB: number;
  readonly freeKiB: number;
}

/**
 * The volume of an instance's data. Free space excludes the reserve for a server that must start on a full
 * volume.
 */
export interface Room extends Volume {
  /** Absent where the write-ahead log has no volume of its own. */
  readonly wal?: Volume;
}

/** `full`: PostgreSQL cannot write any more, or only for a moment. `low`: 90 % of a volume is used. */
export type Shortage = 'low' | 'full';

const MIB = 1024;
interface Full {
  /** Below this free space the volume is full. */
  readonly fullKiB: number;
  /** A volume stays full, or low, until clearly more is free. Otherwise each VACUUM would cause events. */
  readonly notFullKiB: number;
}
const DATA: Full = { fullKiB: 4 * MIB, notFullKiB: 16 * MIB };
/** The log grows by segments of 16 MiB, and PostgreSQL stops when a segment does not fit. */
const WAL: Full = { fullKiB: 16 * MIB, notFullKiB: 32 * MIB };
const LOW = 0.1;
const NOT_LOW = 0.15;

function shareOf({ sizeKiB, freeKiB }: Volume): number {
  return freeKiB / sizeKiB;
}

function judgeVolume(
  { sizeKiB, freeKiB }: Volume,
  { fullKiB, notFullKiB }: Full,
  before: Shortage | null | undefined,
): Shortage | null {
  if (freeKiB < (before === 'full' ? notFullKiB : fullKiB)) return 'full';
  return freeKiB <= sizeKiB * (before ? NOT_LOW : LOW) ? 'low' : null;
}

/**
 * The worse shortage of the two volumes.
 * @param before the shortage that was last reported
 */
export function judgeRoom(room: Room, before: Shortage | null | undefined): Shortage | null {
  const each = [judgeVolume(room, DATA, before), room.wal ? judgeVolume(room.wal, WAL, before) : null];
  return (['full', 'low'] as const).find((shortage) => each.includes(shortage)) ?? null;
}

/** The free share, from 0 to 1, of the volume with the smaller share. */
export function leastShare(room: Room): number {
  return Math.min(...[room, room.wal ?? room].map(shareOf));
}

const KIB_PER_GIB = 1024 ** 2;

/** RDS-EVENT-0089 has its figures in the middle of its message. */
function lowStorage(identifier: string, room: Room): EventText {
  const { message, ...rest } = event('RDS-EVENT-0089');
  const isWal = room.wal !== undefined && shareOf(room.wal) < shareOf(room);
  const short = isWal ? room.wal : room;
  const percent = Math.floor((100 * short.freeKiB) / short.sizeKiB);
  const [size, free] = [short.sizeKiB, short.freeKiB].map((kib) => `${(kib / KIB_PER_GIB).toFixed(2)} GB`);
  return {
    ...rest,
    message:
      `${message}: ${identifier} is low at ${percent}% of the provisioned storage [Provisioned Storage: ${size}, ` +
      `Free Storage: ${free}${isWal ? ', of the write-ahead log alone' : ''}]. You may want to increase the provisioned storage to address this issue.`,
  };
}

/**
 * The status, the patch and the events for the room of a serving instance. Each shortage has one event until
 * it has passed.
 */
export function noteRoom(
  { identifier, shortage: before = null }: Pick<Instance, 'identifier' | 'shortage'>,
  room: Room,
): {
  readonly status: Extract<Status, 'available' | 'storage-full'>;
  readonly patch: Pick<Instance, 'shortage'>;
  readonly events: readonly EventText[];
} {
  const shortage = judgeRoom(room, before);
  const events = [
    ...(shortage === 'full' && before !== 'full' ? [event('RDS-EVENT-0007')] : []),
    ...(shortage === 'low' && before === null ? [lowStorage(identifier, room)] : []),
  ];
  return {
    status: shortage === 'full' ? 'storage-full' : 'available',
    patch: shortage === before ? {} : { shortage },
    events,
  };
}

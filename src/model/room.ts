import { type EventText, event } from './event.ts';
import type { Instance } from './instance.ts';
import type { Status } from './status.ts';

/** The volume of an instance's data, as its machine tells it. */
export interface Room {
  readonly sizeKiB: number;
  /** Without what is kept back for a server that must start on a full volume. */
  readonly freeKiB: number;
}

/** `full`: PostgreSQL cannot write any more, or only for a moment. `low`: 90 % of it is used. */
export type Shortage = 'low' | 'full';

const MIB = 1024;
const FULL_KIB = 4 * MIB;
/** What was full, or low, is so until there is clearly more: else each VACUUM would be followed by events. */
const NOT_FULL_KIB = 16 * MIB;
const LOW = 0.1;
const NOT_LOW = 0.15;

/** @param before what was told last */
export const judgeRoom = (
  { sizeKiB, freeKiB }: Room,
  before: Shortage | null | undefined,
): Shortage | null => {
  if (freeKiB < (before === 'full' ? NOT_FULL_KIB : FULL_KIB)) return 'full';
  return freeKiB <= sizeKiB * (before ? NOT_LOW : LOW) ? 'low' : null;
};

const GIB = 1024 ** 2;

/** RDS-EVENT-0089 has its figures in the middle. */
const lowStorage = (identifier: string, { sizeKiB, freeKiB }: Room): EventText => {
  const { message, ...rest } = event('RDS-EVENT-0089');
  const percent = Math.floor((100 * freeKiB) / sizeKiB);
  const [size, free] = [sizeKiB, freeKiB].map((kib) => `${(kib / GIB).toFixed(2)} GB`);
  return {
    ...rest,
    message:
      `${message}: ${identifier} is low at ${percent}% of the provisioned storage [Provisioned Storage: ${size}, ` +
      `Free Storage: ${free}]. You may want to increase the provisioned storage to address this issue.`,
  };
};

/** What is to be kept and told of the room of an instance that serves: each shortage once, until it has passed. */
export const noteRoom = (
  { identifier, shortage: before = null }: Pick<Instance, 'identifier' | 'shortage'>,
  room: Room,
): {
  readonly status: Extract<Status, 'available' | 'storage-full'>;
  readonly patch: Pick<Instance, 'shortage'>;
  readonly events: readonly EventText[];
} => {
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
};

import { statfs } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { GIB, MIB } from '../../system/units.ts';
import { type MachineSpec, ProviderError, type Room } from '../provider.ts';
import type { Layout } from './layout.ts';

/**
 * How many times the memory of this computer a class may have. Its memory is not given to the machine, but
 * PostgreSQL takes a quarter of it as shared_buffers: half of the computer's memory at most.
 */
const MEMORY_FACTOR = 2;

const NAME = 'this computer';

/** Bytes of memory that the processes of this computer, or of Cornac's control group, may have. */
export function memoryBytes(): number {
  // 0 or more than the computer has: no limit.
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/** The memory that a class may have on this computer. */
function classMemoryMiB(): number {
  return Math.floor((memoryBytes() / MIB) * MEMORY_FACTOR);
}

/**
 * What a new machine, or the machine `there`, may have. Machines share this computer, so that what others have
 * is not subtracted.
 */
export async function findLocalRoom(
  { machines }: Pick<Layout, 'machines'>,
  there?: Pick<MachineSpec, 'name' | 'memoryMiB' | 'diskGiB'>,
): Promise<Omit<Room, 'begun'>> {
  const { bavail, bsize } = await statfs(machines);
  return {
    host: NAME,
    isShared: true,
    memoryMiB: { total: classMemoryMiB(), promised: there?.memoryMiB ?? 0 },
    diskGiB: { total: (bavail * bsize) / GIB, promised: 0 },
    systemGiB: 0,
    machines: new Map(there ? [[there.name, { memoryMiB: there.memoryMiB, diskGiB: there.diskGiB }]] : []),
  };
}

/** @throws ProviderError InsufficientCapacity for a class whose PostgreSQL this computer cannot bear */
export function checkMemory(memoryMiB: number): void {
  const most = classMemoryMiB();
  if (memoryMiB <= most) return;
  throw new ProviderError(
    'InsufficientCapacity',
    `${NAME} bears classes of at most ${most} MiB, ${MEMORY_FACTOR} times its memory; ${memoryMiB} MiB are requested`,
  );
}

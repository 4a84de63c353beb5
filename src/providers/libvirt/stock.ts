import { GIB } from '../../system/units.ts';
import type { Overcommit } from '../overcommit.ts';
import type { Stock } from '../provider.ts';

const LEAST_MEMORY_KEPT_MIB = 512;
const MEMORY_KEPT = 1 / 16;
const DISK_KEPT = 1 / 20;
const MOST_DISK_KEPT = 10 * GIB;

/**
 * Memory of a host: all of it but a sixteenth, at least 512 MiB, which is for the kernel, libvirt, and what QEMU takes beside
 * the memory of its guest.
 */
export function memoryStock(
  { totalMiB, promisedMiB }: { readonly totalMiB: number; readonly promisedMiB: number },
  { memory }: Overcommit,
): Stock {
  return {
    total: Math.max(0, totalMiB - Math.max(LEAST_MEMORY_KEPT_MIB, totalMiB * MEMORY_KEPT)) * memory,
    promised: promisedMiB,
  };
}

/** Bytes of a volume: what the guest sees, and what is written of it. */
export interface VolumeSize {
  readonly capacity: number;
  readonly allocation: number;
}

/** Bytes of the file system that a pool is on. */
export interface PoolSize {
  readonly capacity: number;
  /** What root can write, as libvirt tells it. */
  readonly available: number;
  /** The part of it that root alone can write; undefined where that cannot be seen. */
  readonly rootsOwn: number | undefined;
}

/**
 * Disk of a pool: what its volumes have taken and what QEMU can still write. Other files on the file system are no part of
 * it. A twentieth is kept, for that much ext4 keeps for root by default; no more than 10 GiB where it is seen what root
 * keeps. Each volume counts with what it may grow to.
 */
export function diskStock(
  { capacity, available, rootsOwn }: PoolSize,
  volumes: readonly VolumeSize[],
  { disk }: Overcommit,
): Stock {
  const sum = (size: (volume: VolumeSize) => number) =>
    volumes.reduce((all, one) => all + size(one), 0) / GIB;
  const reserve = capacity * DISK_KEPT;
  const kept = rootsOwn === undefined ? reserve : Math.max(rootsOwn, Math.min(reserve, MOST_DISK_KEPT));
  const writable = (available - kept) / GIB;
  const total = Math.max(0, writable + sum(({ allocation }) => allocation)) * disk;
  const promised = sum((volume) => Math.max(volume.capacity, volume.allocation));
  // Overcommitted or not, a pool that is full takes no new disk.
  return { total: writable > 0 ? total : Math.min(total, promised), promised };
}

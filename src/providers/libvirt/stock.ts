import { GIB } from '../../system/units.ts';
import type { Overcommit } from '../overcommit.ts';
import type { Stock } from '../provider.ts';

const MIN_MEMORY_KEPT_MIB = 512;
const MEMORY_KEPT = 1 / 16;
const DISK_KEPT = 1 / 20;
const MAX_DISK_KEPT = 10 * GIB;

/**
 * The memory of a host that can be promised. A sixteenth, at least 512 MiB, is kept for the kernel, for
 * libvirt, and for what QEMU needs in addition to the memory of its guest.
 */
export function memoryStock(
  { totalMiB, promisedMiB }: { readonly totalMiB: number; readonly promisedMiB: number },
  { memory }: Overcommit,
): Stock {
  return {
    total: Math.max(0, totalMiB - Math.max(MIN_MEMORY_KEPT_MIB, totalMiB * MEMORY_KEPT)) * memory,
    promised: promisedMiB,
  };
}

/** Bytes of a volume: `capacity` is what the guest sees, `allocation` is what is written. */
export interface VolumeSize {
  readonly capacity: number;
  readonly allocation: number;
}

/** Bytes of the file system that a pool is on. */
export interface PoolSize {
  readonly capacity: number;
  /** What root can write, as libvirt returns it. */
  readonly available: number;
  /** The part of `available` that only root can write; undefined where that is unknown. */
  readonly rootsOwn: number | undefined;
}

/**
 * The disk space of a pool that can be promised: what its volumes have taken, and what QEMU can still write.
 * Other files on the file system do not count. A twentieth of the file system is kept, because ext4 reserves
 * as much for root by default. At most 10 GiB are kept where the reserve of root is known. Each volume counts
 * with the size that it may grow to.
 */
export function diskStock(
  { capacity, available, rootsOwn }: PoolSize,
  volumes: readonly VolumeSize[],
  { disk }: Overcommit,
): Stock {
  const sum = (size: (volume: VolumeSize) => number) =>
    volumes.reduce((all, one) => all + size(one), 0) / GIB;
  const reserve = capacity * DISK_KEPT;
  const kept = rootsOwn === undefined ? reserve : Math.max(rootsOwn, Math.min(reserve, MAX_DISK_KEPT));
  const writable = (available - kept) / GIB;
  const total = Math.max(0, writable + sum(({ allocation }) => allocation)) * disk;
  const promised = sum((volume) => Math.max(volume.capacity, volume.allocation));
  // A full pool takes no new disk, even with overcommitment.
  return { total: writable > 0 ? total : Math.min(total, promised), promised };
}

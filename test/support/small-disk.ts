import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { createDisk, type Disk } from '../chaos/disk.ts';

const mounts =
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'cornac', '/mnt']).status === 0;

/** Options of `describe` and `test` that skip where no file system can be mounted. */
export const needsSmallDisk = mounts ? {} : { skip: 'no small file system can be mounted here' };

/** A small file system in place of a directory. */
export interface SmallDisk extends Disk {
  grow(mib: number): void;
  remove(): void;
}

/** Mounts a file system of this many MiB on the empty directory, and keeps the directory's owner and mode. */
export function mountSmallDisk(directory: string, mib: number): SmallDisk {
  mkdirSync(directory, { recursive: true });
  const { uid, gid, mode } = statSync(directory);
  const options = `size=${mib}m,uid=${uid},gid=${gid},mode=${(mode & 0o7777).toString(8)}`;
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'cornac', directory]);
  return {
    ...createDisk(directory),
    grow: (more) => execFileSync('mount', ['-o', `remount,size=${more}m`, directory]),
    remove: () => execFileSync('umount', ['-l', directory]),
  };
}

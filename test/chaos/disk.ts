import { execFile } from 'node:child_process';
import { rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The small file system of the stack. */
export interface Disk {
  /** Fills every free block; `free` frees them again. */
  fill(): Promise<void>;
  free(): Promise<void>;
}

async function freeBlocks(directory: string): Promise<{ bytes: number; block: number }> {
  const { bavail, bsize } = await statfs(directory);
  return { bytes: bavail * bsize, block: bsize };
}

/** @param mountPoint of a file system that holds only the stack */
export function createDisk(mountPoint: string): Disk {
  const files: string[] = [];
  return {
    async fill() {
      // A file needs blocks for its block list. The blocks that remain after the first file go to smaller
      // files.
      for (let tries = 0; tries < 20; tries++) {
        const { bytes, block } = await freeBlocks(mountPoint);
        const size = tries < 10 ? bytes - block * 2 ** (10 - tries) : bytes;
        if (bytes === 0) return;
        if (size <= 0) continue;
        const file = join(mountPoint, `filling-${files.length}`);
        files.push(file);
        await run('fallocate', ['--length', String(size), file]).catch(() => {});
      }
    },
    async free() {
      for (const file of files.splice(0)) await rm(file, { force: true });
    },
  };
}

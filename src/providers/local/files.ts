import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, lchown, lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { ProviderError } from '../provider.ts';

/** The wanted owner of a file. An omitted id is not changed. */
export interface Ownership {
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * Ensures a directory with exactly this mode and owner. Its parent must belong to Cornac: in another user's
 * directory the path could be replaced between two of these steps.
 * @throws ProviderError Conflict when the path is not a directory
 */
export async function ensureDirectory(path: string, mode: number, owner: Ownership = {}): Promise<void> {
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const found = await lstat(path);
  if (!found.isDirectory()) throw new ProviderError('Conflict', `${path} is not a directory; remove it`);
  const { uid = found.uid, gid = found.gid } = owner;
  if (found.uid !== uid || found.gid !== gid) await lchown(path, uid, gid);
  if ((found.mode & 0o7777) !== mode) await chmod(path, mode);
}

/** Replaces a file in a directory of Cornac's atomically. With `flush` the content survives a power failure. */
export async function replaceFile(
  path: string,
  content: string | Buffer,
  { mode, flush = false, ...owner }: Ownership & { mode: number; flush?: boolean },
): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(content);
      if (owner.uid !== undefined || owner.gid !== undefined) {
        const { uid, gid } = await handle.stat();
        await handle.chown(owner.uid ?? uid, owner.gid ?? gid);
      }
      await handle.chmod(mode);
      if (flush) await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** Content and owner of a file that another user may have put there. */
export interface ReadFile {
  readonly content: string;
  readonly uid: number;
}

/**
 * Reads the end of a regular file that another user may have put there. It follows no link, does not wait for
 * a pipe, and reads at most `limit` bytes. That user must not be able to replace the file's directory.
 * @returns undefined when no such file exists
 */
export async function readEnd(path: string, limit: number): Promise<ReadFile | undefined> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch((error) => {
    if (['ENOENT', 'ELOOP', 'ENXIO', 'ENOTDIR'].includes(error.code)) return undefined;
    throw error;
  });
  if (!handle) return undefined;
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) return undefined;
    const { size, uid } = stats;
    const length = Math.min(size, limit);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return { content: buffer.subarray(0, bytesRead).toString(), uid };
  } finally {
    await handle.close();
  }
}

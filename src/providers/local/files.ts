import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, lchown, lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { ProviderError } from '../provider.ts';

/** Whose a file is to be; left out, it stays the one of who made it. */
export interface Ownership {
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * A directory with exactly this mode and owner, whose parent belongs to us: in another's directory the path could be
 * replaced between two of these steps.
 * @throws ProviderError Conflict when something else has the path
 */
export async function ensureDirectory(path: string, mode: number, owner: Ownership = {}): Promise<void> {
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const found = await lstat(path);
  if (!found.isDirectory()) throw new ProviderError('Conflict', `${path} is in the way: it is no directory`);
  const { uid = found.uid, gid = found.gid } = owner;
  if (found.uid !== uid || found.gid !== gid) await lchown(path, uid, gid);
  if ((found.mode & 0o7777) !== mode) await chmod(path, mode);
}

/** Replaces a file in a directory of ours in one step. With `flush` it also outlives a power cut. */
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

/** What there is to know of a file that somebody else may have put there. */
export interface ReadFile {
  readonly content: string;
  readonly uid: number;
}

/**
 * The end of a regular file that another user may have put there: no link is followed, a pipe is not waited for, and of a
 * large file no more than `limit` bytes are read. The directory that it is in must not be replaceable by that user.
 * @returns undefined when there is no such file
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

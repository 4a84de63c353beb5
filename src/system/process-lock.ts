import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { type FileHandle, open, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasCode } from './has-code.ts';

export interface Lock {
  /** Frees the lock. With `remove` it also removes the file, because a deleted object needs no lock. */
  release(options?: { readonly remove?: boolean }): Promise<void>;
}

/** Exit status of flock(1) with --nonblock when another process holds the lock. */
const HELD = 1;

/**
 * A lock between processes of this computer; undefined while another process or call holds it. It is flock(2)
 * on `file`, which is made where it is missing. The kernel frees the lock when the process ends, however it
 * ends. Its directory must be closed to other users, because a user who may open the file may lock it.
 */
export async function tryLock(file: string): Promise<Lock | undefined> {
  for (;;) {
    const lock = await acquire(file, ['--nonblock']);
    if (lock !== 'gone') return lock === 'held' ? undefined : lock;
  }
}

/** Waits for the lock until `signal` is aborted. @throws the reason of the abort */
export async function waitForLock(file: string, signal: AbortSignal): Promise<Lock> {
  for (;;) {
    const lock = await acquire(file, [], signal);
    if (typeof lock !== 'string') return lock;
  }
}

/** Runs `work` while no other process and no other call holds the lock. */
export async function withLock<T>(file: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const lock = await waitForLock(file, signal);
  try {
    signal.throwIfAborted();
    return await work();
  } finally {
    await lock.release();
  }
}

/** `gone` when a holder that released with `remove` deleted the file during the wait. */
async function acquire(
  file: string,
  options: readonly string[],
  signal?: AbortSignal,
): Promise<Lock | 'held' | 'gone'> {
  signal?.throwIfAborted();
  const { handle, path } = await openLock(file);
  let kept = false;
  try {
    if ((await handle.stat()).uid !== process.geteuid?.()) {
      throw new Error(`${path} belongs to another user, who could hold the lock for ever`);
    }
    if (!(await flock(handle, options, signal))) return 'held';
    if (!(await isAt(handle, path))) return 'gone';
    kept = true;
  } finally {
    if (!kept) await handle.close();
  }
  return {
    release: async ({ remove = false } = {}) => {
      try {
        if (remove) await rm(file, { force: true });
      } finally {
        await handle.close();
      }
    },
  };
}

/**
 * flock(2) needs no right to write. Stopping a machine must work even on a read-only file system. A missing file
 * cannot be made there, so the lock is on its directory, which exists for all processes.
 */
async function openLock(file: string): Promise<{ handle: FileHandle; path: string }> {
  const { O_CREAT, O_RDWR, O_RDONLY, O_NOFOLLOW } = constants;
  try {
    return { handle: await open(file, O_CREAT | O_RDWR | O_NOFOLLOW, 0o600), path: file };
  } catch (error) {
    if (!hasCode(error, 'EROFS')) throw error;
  }
  try {
    return { handle: await open(file, O_RDONLY | O_NOFOLLOW), path: file };
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
  const directory = dirname(file);
  return { handle: await open(directory, O_RDONLY | O_NOFOLLOW), path: directory };
}

/**
 * Node.js has no flock(2), so the program flock takes the lock. The lock belongs to the open file
 * description, which this process holds, so it stays when the program has ended. No other child inherits it.
 */
async function flock(
  { fd }: FileHandle,
  options: readonly string[],
  signal: AbortSignal | undefined,
): Promise<boolean> {
  signal?.throwIfAborted();
  const child = spawn('flock', [...options, '3'], { stdio: ['ignore', 'ignore', 'pipe', fd] });
  const stop = () => child.kill('SIGKILL');
  signal?.addEventListener('abort', stop, { once: true });
  try {
    let reason = '';
    child.stderr?.on('data', (chunk) => {
      reason += chunk;
    });
    const [status] = await once(child, 'close');
    signal?.throwIfAborted();
    if (status === 0) return true;
    if (status === HELD && options.length > 0) return false;
    throw new Error(`flock ended with status ${status}: ${reason.trim()}`);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

async function isAt(handle: FileHandle, file: string): Promise<boolean> {
  const [ours, present] = await Promise.all([handle.stat(), stat(file).catch(() => undefined)]);
  return present !== undefined && ours.ino === present.ino && ours.dev === present.dev;
}

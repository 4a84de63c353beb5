import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Replaces a file in one step that also survives a power failure: readers see the old content or the new one.
 * By default only the caller may read the new file (mode 0600). With `inherit` it takes the owner and group
 * of the old file, and its mode unless all users had access: such a mode is a default that no person chose,
 * so it becomes 0600.
 */
export async function writeFileAtomically(
  file: string,
  content: string,
  { inherit = false } = {},
): Promise<void> {
  // Two writers in one process, such as bootstrap and the inventory's keeper, must not share a draft.
  const draft = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      // The mode above applies only to a new file, and the umask may narrow it.
      await handle.chmod(0o600);
      await handle.writeFile(content);
      if (inherit) await takeAfter(file, handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  const directory = await open(dirname(file), 'r');
  await directory.sync().finally(() => directory.close());
}

async function takeAfter(file: string, handle: FileHandle): Promise<void> {
  try {
    const { uid, gid, mode } = await stat(file);
    await handle.chown(uid, gid);
    await handle.chmod(mode & 0o007 ? 0o600 : mode & 0o770);
  } catch (error) {
    // No old file existed, or another user owns it; then Cornac's group is not the one that might read it.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EPERM') throw error;
  }
}

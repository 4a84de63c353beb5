import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Replaces a file in one step that also outlives a power cut: readers see the old content or the new one. The new file
 * is the caller's alone (mode 0600). With `inherit` one that was there hands on its owner and group, and what they may do,
 * where somebody has thought about it: what the whole world might read has the mode that files just get.
 */
export async function writeFileAtomically(
  file: string,
  content: string,
  { inherit = false } = {},
): Promise<void> {
  // Two writers of one process, such as bootstrap and the inventory's keeper, must not share a draft.
  const draft = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      // The mode above counts only for a new file, and the umask may narrow it.
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
    // There was none; or it was another user's, and then our group is not the one that might read it.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EPERM') throw error;
  }
}

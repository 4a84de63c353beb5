import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Replaces a file in one step that also outlives a power cut: readers see the old content or the new one. The new file
 * is the owner's alone (mode 0600).
 */
export const writeFileAtomically = async (file: string, content: string): Promise<void> => {
  const draft = `${file}.${process.pid}.tmp`;
  try {
    const handle = await open(draft, 'w', 0o600);
    try {
      // The mode above counts only for a new file, and the umask may narrow it.
      await handle.chmod(0o600);
      await handle.writeFile(content);
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
};

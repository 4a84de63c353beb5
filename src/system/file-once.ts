import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, open, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasCode } from './has-code.ts';

/**
 * Writes a secret that is made only once, mode 0600, unless the file exists. The file appears complete or not
 * at all, also after a power failure. Of several processes one wins, and the others use its content.
 */
export async function writeFileOnce(file: string, content: () => string): Promise<void> {
  if (existsSync(file)) return;
  await mkdir(dirname(file), { recursive: true, mode: 0o711 });
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, content(), { mode: 0o600, flush: true });
  try {
    await link(draft, file);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(draft);
  }
  const directory = await open(dirname(file), 'r');
  await directory.sync().finally(() => directory.close());
}

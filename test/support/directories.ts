import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

/** A function that makes an empty directory at each call. All are removed after the tests of the file. */
export function createDirectories(prefix: string): () => string {
  const root = mkdtempSync(join(tmpdir(), prefix));
  after(() => rmSync(root, { recursive: true }));
  let count = 0;
  return () => {
    const path = join(root, String(count++));
    mkdirSync(path);
    return path;
  };
}

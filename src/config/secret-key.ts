import { readFile } from 'node:fs/promises';
import { ConfigError } from './config-error.ts';

const KEY_BYTES = 32;

/**
 * The key in `file`, SECRET_KEY_FILE: 32 bytes in base64, one line.
 * @throws ConfigError where the file is missing
 */
export async function readSecretKey(file: string): Promise<Buffer> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new ConfigError([`SECRET_KEY_FILE: ${file} is missing; run cornac bootstrap, or copy it here`]);
  });
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length !== KEY_BYTES) {
    throw new Error(`${file}: expected ${KEY_BYTES} bytes in base64, got ${key.length}`);
  }
  return key;
}

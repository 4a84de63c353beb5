import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import ssh2 from 'ssh2';

/** The public half of a private key file, `ssh-ed25519 AAAA…`. @throws naming the file when it cannot be used */
export const readPublicKey = async (keyFile: string): Promise<string> => {
  const key = ssh2.utils.parseKey(await readFile(keyFile));
  if (key instanceof Error) throw new Error(`${keyFile}: not a private key that can be used: ${key.message}`);
  return `${key.type} ${key.getPublicSSH().toString('base64')} cornac`;
};

/** Makes a private key in `keyFile`, mode 0600, unless there is one. Of several processes at once one wins. */
export const ensureKeyFile = async (keyFile: string): Promise<void> => {
  if (existsSync(keyFile)) return;
  await mkdir(dirname(keyFile), { recursive: true, mode: 0o700 });
  const draft = `${keyFile}.${randomUUID()}`;
  await writeFile(draft, ssh2.utils.generateKeyPairSync('ed25519').private, { mode: 0o600, flush: true });
  try {
    await link(draft, keyFile);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    await rm(draft);
  }
};

import { readFile } from 'node:fs/promises';
import ssh2 from 'ssh2';
import { writeFileOnce } from '../config/write-once.ts';
import { generateKeyPair } from '../ssh/key-pair.ts';

/** The public half of a private key file, `ssh-ed25519 AAAA…`. @throws naming the file when it cannot be used */
export const readPublicKey = async (keyFile: string): Promise<string> => {
  const key = ssh2.utils.parseKey(await readFile(keyFile));
  if (key instanceof Error) throw new Error(`${keyFile}: not a private key that can be used: ${key.message}`);
  return `${key.type} ${key.getPublicSSH().toString('base64')} cornac`;
};

/** Makes a private key in `keyFile`, unless there is one. */
export const ensureKeyFile = (keyFile: string): Promise<void> =>
  writeFileOnce(keyFile, () => generateKeyPair().private);

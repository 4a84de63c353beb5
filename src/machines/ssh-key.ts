import { readFile } from 'node:fs/promises';
import ssh2 from 'ssh2';
import { ConfigError } from '../config/config-error.ts';
import { generateKeyPair } from '../ssh/key-pair.ts';
import { writeFileOnce } from '../system/file-once.ts';

/** The public half of SSH_KEY_FILE, `ssh-ed25519 AAAA…`. @throws ConfigError when the file cannot be used */
export async function readPublicKey(keyFile: string): Promise<string> {
  const key = await readFile(keyFile).then(ssh2.utils.parseKey, (error: Error) => error);
  if (key instanceof Error) {
    throw new ConfigError([
      `SSH_KEY_FILE is ${keyFile}; expected a private key without passphrase: ${key.message}`,
    ]);
  }
  if (!key.isPrivateKey()) {
    throw new ConfigError([
      `SSH_KEY_FILE is ${keyFile}, which is a public key; name the private key, the file without .pub`,
    ]);
  }
  return `${key.type} ${key.getPublicSSH().toString('base64')} cornac`;
}

/** Makes a private key in `keyFile`, unless the file exists. */
export function ensureKeyFile(keyFile: string): Promise<void> {
  return writeFileOnce(keyFile, () => generateKeyPair().private);
}

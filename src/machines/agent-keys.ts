import ssh2 from 'ssh2';
import { ConfigError } from '../config/config-error.ts';

/**
 * The public keys of the SSH agent at `socket`, as `ssh-ed25519 AAAA…`.
 * @throws ConfigError when the agent does not answer or has no key
 */
export async function readAgentKeys(socket: string): Promise<string[]> {
  const found = await new Promise<readonly unknown[]>((resolve, reject) => {
    ssh2.createAgent(socket).getIdentities((error, keys) => (error ? reject(error) : resolve(keys ?? [])));
  }).catch((cause: Error) => {
    throw new ConfigError([
      `SSH_AUTH_SOCK is ${socket}, where no SSH agent answers: ${cause.message}`,
      'Start one with: eval "$(ssh-agent)" && ssh-add. Or name a private key in SSH_KEY_FILE.',
    ]);
  });
  const keys = found.flatMap((key) => {
    const parsed = ssh2.utils.parseKey(key as Buffer);
    return parsed instanceof Error ? [] : [`${parsed.type} ${parsed.getPublicSSH().toString('base64')}`];
  });
  if (keys.length === 0) {
    throw new ConfigError([
      `SSH_AUTH_SOCK is ${socket}, an SSH agent without keys`,
      'Add one with: ssh-add. Or name a private key in SSH_KEY_FILE.',
    ]);
  }
  return keys;
}

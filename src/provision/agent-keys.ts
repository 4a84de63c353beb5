import ssh2 from 'ssh2';
import { ProviderError } from '../providers/provider.ts';

/**
 * The public keys of the SSH agent that listens at `socket`, as `ssh-ed25519 AAAA…`.
 * @throws ProviderError Configuration when it does not answer or has none
 */
export const readAgentKeys = async (socket: string): Promise<string[]> => {
  const found = await new Promise<readonly unknown[]>((resolve, reject) => {
    ssh2.createAgent(socket).getIdentities((error, keys) => (error ? reject(error) : resolve(keys ?? [])));
  }).catch((cause: Error) => {
    throw new ProviderError('Configuration', `SSH_AUTH_SOCK: the agent does not answer: ${cause.message}`, {
      cause,
    });
  });
  const keys = found.flatMap((key) => {
    const parsed = ssh2.utils.parseKey(key as Buffer);
    return parsed instanceof Error ? [] : [`${parsed.type} ${parsed.getPublicSSH().toString('base64')}`];
  });
  if (keys.length === 0) {
    throw new ProviderError('Configuration', 'SSH_AUTH_SOCK: the agent has no key; add one with ssh-add');
  }
  return keys;
};

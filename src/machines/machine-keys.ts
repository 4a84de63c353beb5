import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import type { SshAuth } from '../ssh/connection.ts';
import { readAgentKeys } from './agent-keys.ts';
import { readPublicKey } from './ssh-key.ts';

/** How Cornac proves who it is on a machine, and the public keys that let it in. */
export interface MachineKeys {
  readonly auth: SshAuth;
  readonly publicKeys: readonly string[];
}

/** Whether machines are on a hypervisor. Cornac makes the keys of those on this computer itself. */
export function needsKeys({ iaas }: Config): boolean {
  return iaas[0] !== 'local';
}

/**
 * The keys of SSH_KEY_FILE, or else of the agent at SSH_AUTH_SOCK.
 * @throws ConfigError when there is neither, or it holds no key that can be used
 */
export async function getMachineKeys(
  { file, sshKeyFile }: Config,
  agent = process.env.SSH_AUTH_SOCK,
): Promise<MachineKeys> {
  if (sshKeyFile !== undefined) {
    return { auth: { keyFile: sshKeyFile }, publicKeys: [await readPublicKey(sshKeyFile)] };
  }
  if (agent) return { auth: { agent }, publicKeys: await readAgentKeys(agent) };
  throw new ConfigError([
    `${file}: SSH_KEY_FILE is not set, and SSH_AUTH_SOCK names no SSH agent; Cornac gets into machines by key only`,
    'Either type: eval "$(ssh-agent)" && ssh-add',
    'Or write SSH_KEY_FILE = "/root/.ssh/id_ed25519", a private key without passphrase; `ssh-keygen` makes one.',
  ]);
}

/** Tells what `getMachineKeys` would, before anything is started. @throws ConfigError */
export async function requireMachineKeys(config: Config): Promise<void> {
  if (needsKeys(config)) await getMachineKeys(config);
}

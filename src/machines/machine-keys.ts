import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import type { SshAuth } from '../ssh/keyring.ts';
import { readAgentKeys } from './agent-keys.ts';
import { readPublicKey } from './ssh-key.ts';

/** Cornac's SSH credentials for machines, and the public keys that machines accept. */
export interface MachineKeys {
  readonly auth: SshAuth;
  readonly publicKeys: readonly string[];
}

/** Whether machines run on a hypervisor. Cornac makes the keys of machines on this computer itself. */
export function needsKeys({ iaas }: Config): boolean {
  return iaas[0] !== 'local';
}

/**
 * The keys of SSH_KEY_FILE, else those of the agent at SSH_AUTH_SOCK.
 * @throws ConfigError when neither is set, or no usable key is found
 */
export async function getMachineKeys(
  { file, sshKeyFile, deployKey }: Config,
  agent = process.env.SSH_AUTH_SOCK,
): Promise<MachineKeys> {
  if (sshKeyFile !== undefined) {
    return { auth: { keyFile: sshKeyFile }, publicKeys: [await readPublicKey(sshKeyFile)] };
  }
  if (agent) {
    const first = deployKey === undefined ? {} : { first: deployKey };
    return { auth: { agent, ...first }, publicKeys: await readAgentKeys(agent) };
  }
  throw new ConfigError([
    `${file}: SSH_KEY_FILE is not set, and SSH_AUTH_SOCK names no SSH agent; Cornac logs in to machines by key only`,
    'Either run: eval "$(ssh-agent)" && ssh-add',
    'Or write SSH_KEY_FILE = "/root/.ssh/id_ed25519", a private key without passphrase; `ssh-keygen` makes one.',
  ]);
}

/** Checks the keys before anything is started. @throws ConfigError where `getMachineKeys` would */
export async function requireMachineKeys(config: Config): Promise<void> {
  if (needsKeys(config)) await getMachineKeys(config);
}

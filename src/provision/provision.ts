import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../config/config.ts';
import { createGuest, type Guest } from '../guest/guest.ts';
import { createLocalProvider } from '../providers/local/local.ts';
import { type Provider, ProviderError } from '../providers/provider.ts';
import type { SshAuth } from '../ssh/connection.ts';
import { createSsh } from '../ssh/ssh.ts';
import { ensureKeyFile, readPublicKey } from './ssh-key.ts';

/** Where machines live, and how Cornac gets into them. */
export interface Provision {
  readonly provider: Provider;
  readonly guest: Guest;
  close(): Promise<void>;
}

const GUEST_SCRIPTS = fileURLToPath(new URL('../../appliance/guest', import.meta.url));

interface Place {
  readonly provider: Provider;
  readonly auth: SshAuth;
}

const openLocal = async (config: Config): Promise<Place> => {
  const keyFile = config.sshKeyFile ?? join(config.stateDir, 'ssh', 'id_ed25519');
  await ensureKeyFile(keyFile);
  const provider = await createLocalProvider({
    stateDir: config.stateDir,
    machinePrefix: config.machinePrefix,
    publicKeys: [config.deployKey ?? (await readPublicKey(keyFile))],
    guestScriptsDir: GUEST_SCRIPTS,
    network: config.local.network,
    user: config.local.user,
    dnsDomain: config.dnsDomain,
  });
  return { provider, auth: { keyFile } };
};

const open = (config: Config): Promise<Place> => {
  const [iaas = 'local'] = config.iaas;
  const scheme = iaas.split(/[+:]/, 1)[0];
  switch (scheme) {
    case 'local':
      return openLocal(config);
    default:
      throw new ProviderError('Configuration', `IAAS: expected local, libvirt… or vcenter…, found ${scheme}`);
  }
};

/** Opens the provider that IAAS names. @throws ProviderError when the settings do not do */
export const provision = async (config: Config): Promise<Provision> => {
  const { provider, auth } = await open(config);
  const ssh = createSsh({ auth });
  return {
    provider,
    guest: createGuest({ ssh, scriptsDir: GUEST_SCRIPTS }),
    close: async () => {
      await ssh.close();
      await provider.close();
    },
  };
};

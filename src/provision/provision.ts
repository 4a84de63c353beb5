import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../config/config.ts';
import { createGuest, type Guest } from '../guest/guest.ts';
import { createLibvirtProvider } from '../providers/libvirt/libvirt.ts';
import { createLocalProvider } from '../providers/local/local.ts';
import { placeOf } from '../providers/places.ts';
import { type Provider, ProviderError } from '../providers/provider.ts';
import { createVsphereProvider } from '../providers/vsphere/vsphere.ts';
import { sh } from '../ssh/command.ts';
import { createSsh, type Ssh } from '../ssh/ssh.ts';
import { createIdentify } from './identify.ts';
import { getMachineKeys } from './machine-keys.ts';
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
  readonly ssh: Ssh;
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
  return { provider, ssh: createSsh({ auth: { keyFile } }) };
};

const openLibvirt = async (config: Config): Promise<Place> => {
  const { auth, publicKeys } = await getMachineKeys(config);
  const provider = createLibvirtProvider({
    iaas: config.iaas,
    prefix: config.machinePrefix,
    origin: config.machineOrigin,
    pool: config.storagePool,
    network: config.network,
    inventoryNetwork: config.inventoryNetwork,
    isolate: config.isolateMachines,
    dnsDomain: config.dnsDomain,
    publicKeys: config.deployKey ? [config.deployKey] : publicKeys,
  });
  return { provider, ssh: createSsh({ auth }) };
};

const openVsphere = async (config: Config, iaas: string): Promise<Place> => {
  const { auth, publicKeys } = await getMachineKeys(config);
  const ssh = createSsh({ auth });
  const provider = createVsphereProvider({
    iaas,
    machinePrefix: config.machinePrefix,
    machineOrigin: config.machineOrigin,
    storagePool: config.storagePool,
    network: config.network,
    inventoryNetwork: config.inventoryNetwork,
    resourcePool: config.vcenterResourcePool,
    dnsDomain: config.dnsDomain,
    deployKeys: config.deployKey ? [config.deployKey] : publicKeys,
    powerOffGuest: async (target, signal) => {
      await ssh.run(target, sh`poweroff`, { signal });
    },
    warn: (message) => process.emitWarning(message),
  });
  return { provider, ssh };
};

const open = (config: Config): Promise<Place> => {
  const [iaas = 'local'] = config.iaas;
  const scheme = iaas.split(/[+:]/, 1)[0];
  switch (scheme) {
    case 'local':
      return openLocal(config);
    case 'libvirt':
      return openLibvirt(config);
    case 'vcenter':
      return openVsphere(config, iaas);
    default:
      throw new ProviderError('Configuration', `IAAS: expected local, libvirt… or vcenter…, found ${scheme}`);
  }
};

/** Opens the provider that IAAS names. @throws ConfigError, ProviderError when the settings do not do */
export const provision = async (config: Config): Promise<Provision> => {
  const { provider, ssh } = await open(config);
  return {
    provider,
    guest: createGuest({
      ssh,
      scriptsDir: GUEST_SCRIPTS,
      identify: createIdentify(config),
      look: (machine) => placeOf(provider, machine).lookAtMachine(machine.name),
    }),
    close: async () => {
      await ssh.close();
      await provider.close();
    },
  };
};

import type { Config } from '../config/config.ts';
import { createGuest, type Guest } from '../guest/guest.ts';
import { createLibvirtProvider } from '../providers/libvirt/libvirt.ts';
import { createLocalProvider } from '../providers/local/local.ts';
import { placeOf } from '../providers/places.ts';
import type { Provider } from '../providers/provider.ts';
import { createVsphereProvider } from '../providers/vsphere/vsphere.ts';
import { sh } from '../ssh/command.ts';
import { createSsh, type Ssh } from '../ssh/ssh.ts';
import { warn } from '../system/warn.ts';
import { createIdentify, createIdentifyReplica } from './identify.ts';
import { getMachineKeys } from './machine-keys.ts';
import {
  GUEST_SCRIPTS,
  libvirtSettings,
  localKeyFile,
  localOptions,
  placeKind,
  vsphereOptions,
} from './places.ts';
import { ensureKeyFile, readPublicKey } from './ssh-key.ts';

/** The provider of machines, and the way into their guests. */
export interface Provision {
  readonly provider: Provider;
  readonly guest: Guest;
  close(): Promise<void>;
}

interface Place {
  readonly provider: Provider;
  readonly ssh: Ssh;
}

async function openLocal(config: Config): Promise<Place> {
  const keyFile = localKeyFile(config);
  await ensureKeyFile(keyFile);
  const publicKeys = [config.deployKey ?? (await readPublicKey(keyFile))];
  const provider = await createLocalProvider(localOptions(config, publicKeys));
  return { provider, ssh: createSsh({ auth: { keyFile } }) };
}

async function openLibvirt(config: Config): Promise<Place> {
  const { auth, publicKeys } = await getMachineKeys(config);
  const provider = createLibvirtProvider(libvirtSettings(config, publicKeys));
  return { provider, ssh: createSsh({ auth }) };
}

async function openVsphere(config: Config): Promise<Place> {
  const { auth, publicKeys } = await getMachineKeys(config);
  const ssh = createSsh({ auth });
  const provider = createVsphereProvider({
    ...vsphereOptions(config, publicKeys),
    powerOffGuest: async (target, signal) => {
      await ssh.run(target, sh`poweroff`, { signal });
    },
    warn,
  });
  return { provider, ssh };
}

function open(config: Config): Promise<Place> {
  switch (placeKind(config)) {
    case 'local':
      return openLocal(config);
    case 'libvirt':
      return openLibvirt(config);
    case 'vcenter':
      return openVsphere(config);
  }
}

/** Opens the provider that IAAS names. @throws ConfigError, ProviderError when the settings cannot be used */
export async function provision(config: Config): Promise<Provision> {
  const { provider, ssh } = await open(config);
  return {
    provider,
    guest: createGuest({
      ssh,
      scriptsDir: GUEST_SCRIPTS,
      identify: createIdentify(config),
      identifyReplica: createIdentifyReplica(config),
      look: (machine) => placeOf(provider, machine).lookAtMachine(machine.name),
    }),
    close: async () => {
      await ssh.close();
      await provider.close();
    },
  };
}

import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createGuest } from '../../../src/guest/guest.ts';
import { listEngineVersions } from '../../../src/providers/local/versions.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import { createVsphereProvider, type VsphereOptions } from '../../../src/providers/vsphere/vsphere.ts';
import { sh } from '../../../src/ssh/command.ts';
import { createSsh } from '../../../src/ssh/ssh.ts';
import { guestScriptsDir, makeKey } from '../local/world.ts';
import { type Simulator, startSimulator } from './simulator.ts';

/** Options with which the provider finds everything in the simulator's inventory. */
export function simulatorOptions(simulator: Simulator): VsphereOptions {
  return {
    iaas: simulator.iaas(),
    machinePrefix: 'cornac-',
    machineOrigin: 'datacenter1/vm/templates/cornac--origin',
    storagePool: 'datacenter1/datastore/datastore1',
    network: 'datacenter1/network/VM Network',
    resourcePool: 'datacenter1/host/cluster1/Resources',
  };
}

/**
 * A simulator whose machines are real guests on addresses of 127.77.`network`, with a provider and SSH.
 * `remove` leaves nothing of it behind.
 */
export async function makeVsphereWorld(network: number) {
  const dir = await mkdtemp(join(tmpdir(), 'cornac-vsphere-'));
  const key = makeKey(dir);
  const origin = join(dir, 'origin');
  await makeOrigin(origin);
  const simulator = await startSimulator({
    guests: { network: `127.77.${network}.0/24`, origin },
    // A guest has the programs of this computer.
    engineVersions: await listEngineVersions(),
  });
  const ssh = createSsh({ auth: { keyFile: key.keyFile } });
  const options = (changes: Partial<VsphereOptions> = {}): VsphereOptions => ({
    ...simulatorOptions(simulator),
    iaas: `${simulator.iaas()}&ssh_port=2222`,
    deployKeys: [key.publicKey],
    powerOffGuest: async (target, signal) => {
      await ssh.run(target, sh`poweroff`, { signal });
    },
    ...changes,
  });
  const providers: Provider[] = [];
  const open = async (changes?: Partial<VsphereOptions>) => {
    const provider = createVsphereProvider(options(changes));
    providers.push(provider);
    return provider;
  };
  return {
    simulator,
    key,
    ssh,
    options,
    open,
    provider: await open(),
    guest: createGuest({ ssh, scriptsDir: guestScriptsDir }),
    remove: async () => {
      await ssh.close();
      await Promise.all(providers.map((provider) => provider.close()));
      await simulator.stop();
      await rm(dir, { recursive: true });
    },
  };
}

/** Makes the files that the appliance puts on an origin and that this computer does not have. */
async function makeOrigin(origin: string): Promise<void> {
  const boot = join(origin, 'usr/local/lib/cornac/boot');
  await mkdir(boot, { recursive: true });
  await mkdir(join(origin, 'etc/cornac'), { recursive: true });
  await copyFile(resolve('appliance/roles/origin/files/cornac-vmware-identity'), join(boot, 'identity'));
  await chmod(join(boot, 'identity'), 0o755);
  await mkdir(join(origin, 'etc/cloud/cloud.cfg.d'), { recursive: true });
  await copyFile(
    resolve('appliance/roles/origin/files/99-cornac.cfg'),
    join(origin, 'etc/cloud/cloud.cfg.d/99-cornac.cfg'),
  );
  const home = '/var/lib/postgresql/cornac';
  const settings = [
    'CORNAC_USER=postgres',
    'CORNAC_SERVICE=pg_ctl',
    'CORNAC_DISK=directory',
    'CORNAC_PGBIN=/usr/lib/postgresql/%s/bin',
    `CORNAC_DATA=${home}/data`,
    `CORNAC_RUN=${home}/run`,
    `CORNAC_LOG=${home}/log`,
    // A VM listens on all its addresses. These guests share the loopback device, so each listens on its own
    // address.
    'CORNAC_LISTEN=$(cat /run/simulator/address)',
  ];
  await writeFile(join(origin, 'etc/cornac/guest.conf'), `${settings.join('\n')}\n`);
}

export type VsphereWorld = Awaited<ReturnType<typeof makeVsphereWorld>>;

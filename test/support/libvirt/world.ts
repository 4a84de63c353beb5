import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLibvirtProvider, type LibvirtSettings } from '../../../src/providers/libvirt/libvirt.ts';
import { noProgress, type Provider } from '../../../src/providers/provider.ts';
import { generateKeyPair } from '../../../src/ssh/key-pair.ts';
import { createSsh } from '../../../src/ssh/ssh.ts';
import { type Virsh, virsh } from './private.ts';

/** A provider with its own pool and network in the private libvirt. */
export interface LibvirtWorld {
  readonly settings: LibvirtSettings;
  readonly machinePrefix: string;
  readonly provider: Provider;
  readonly ssh: ReturnType<typeof createSsh>;
  open(settings?: Partial<LibvirtSettings>): Promise<Provider>;
  /** An origin with a disk that nothing is on. */
  makeEmptyOrigin(): Promise<void>;
  /** Names of the volumes in the pool. */
  volumes(): Promise<string[]>;
  /** Names of all domains. */
  domains(): Promise<string[]>;
  remove(): Promise<void>;
}

let networks = 0;

/** @param names an existing origin, pool and network. Without names a pool and a network are made. */
export async function makeLibvirtWorld(
  names?: Pick<LibvirtSettings, 'origin' | 'pool' | 'network'>,
): Promise<LibvirtWorld> {
  const name = `t${randomBytes(3).toString('hex')}`;
  const directory = await mkdtemp(join(tmpdir(), 'cornac-'));
  const sshKeyFile = join(directory, 'key');
  const key = generateKeyPair();
  await writeFile(sshKeyFile, key.private, { mode: 0o600 });
  const settings: LibvirtSettings = {
    iaas: ['libvirt'],
    prefix: 'cornac-',
    dnsDomain: undefined,
    publicKeys: [key.public],
    ...(names ?? { origin: `origin-${name}`, pool: name, network: name }),
  };
  if (names === undefined) await makePlace(name, virsh);
  const provider = createLibvirtProvider(settings);
  const ssh = createSsh({ auth: { keyFile: sshKeyFile } });
  const lines = (text: string) =>
    text
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean)
      .sort();
  const domains = async () => lines(await virsh('list', '--all', '--name'));
  return {
    settings,
    machinePrefix: settings.prefix,
    provider,
    ssh,
    open: async (other = {}) => createLibvirtProvider({ ...settings, ...other }),
    makeEmptyOrigin: () => makeEmptyOrigin(settings, virsh),
    domains,
    volumes: async () =>
      lines(await virsh('vol-list', '--pool', settings.pool)).map((line) => line.split(/\s+/)[0] ?? ''),
    remove: async () => {
      await ssh.close();
      for (const { name: machine } of await provider.listMachines()) {
        await provider.destroyMachine({ name: machine }, noProgress());
      }
      await provider.close();
      await rm(directory, { recursive: true });
      if (names !== undefined) return;
      if ((await domains()).includes(settings.origin)) await virsh('undefine', settings.origin);
      for (const verb of ['pool-destroy', 'pool-undefine']) await virsh(verb, name);
      for (const verb of ['net-destroy', 'net-undefine']) await virsh(verb, name);
    },
  };
}

/** Makes a pool and a network of this name. */
export async function makePlace(name: string, virsh: Virsh): Promise<void> {
  const path = `/var/lib/libvirt/${name}`;
  await virsh.xml(
    'pool-define',
    `<pool type='dir'><name>${name}</name><target><path>${path}</path></target></pool>`,
  );
  await virsh('pool-build', name);
  await virsh('pool-start', name);
  networks += 1;
  await virsh.xml(
    'net-define',
    `<network><name>${name}</name><bridge name='${name}'/><ip address='10.77.${networks}.1' prefix='24'>
      <dhcp><range start='10.77.${networks}.10' end='10.77.${networks}.250'/></dhcp></ip></network>`,
  );
  await virsh('net-start', name);
}

/** An origin with a disk that nothing is on. */
export async function makeEmptyOrigin(
  { pool, origin }: Pick<LibvirtSettings, 'pool' | 'origin'>,
  virsh: Virsh,
): Promise<void> {
  await virsh('vol-create-as', pool, 'origin.qcow2', '64M', '--format', 'qcow2');
  await virsh.xml('define', emptyOrigin(origin, await virsh('vol-path', '--pool', pool, 'origin.qcow2')));
}

function emptyOrigin(name: string, path: string) {
  return `<domain type='qemu'><name>${name}</name>
  <metadata><cornac:origin xmlns:cornac='urn:cornac:libvirt:1'>
    <cornac:postgresql version='15.14'/><cornac:postgresql version='16.10'/>
  </cornac:origin></metadata>
  <memory unit='MiB'>64</memory><vcpu>1</vcpu><os><type arch='x86_64' machine='q35'>hvm</type></os>
  <devices><disk type='file'><driver name='qemu' type='qcow2'/><source file='${path}'/><target dev='vda' bus='virtio'/></disk>
  </devices></domain>`;
}

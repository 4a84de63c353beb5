import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findInstanceClass } from '../../../src/model/db-instance/instance-class.ts';
import { serverSettings } from '../../../src/model/db-parameter-group/server-settings.ts';
import { machineXml } from '../../../src/providers/libvirt/domain-xml.ts';
import { seedImage } from '../../../src/providers/libvirt/identity.ts';
import { generateKeyPair } from '../../../src/ssh/key-pair.ts';
import { place, virsh, virshXml } from './private.ts';

const run = promisify(execFile);
const DEADLINE_MS = 600_000;
const POLL_MS = 100;
const KINDS = ['root', 'pgdata', 'seed'];

/** A machine that an administrator would make, and the seconds of each part. */
export interface HandMade {
  readonly seconds: Readonly<Record<string, number>>;
  remove(): Promise<void>;
}

/**
 * Runs the commands that an administrator would type for the result of a create of a db.t2.micro: virsh, ssh
 * over one connection, and the guest scripts. Without Cornac between them, so that Cornac's time can be
 * compared with this time.
 * @param directory for keys and the like
 * @param verifier of the master user's password
 */
export async function createByHand(
  name: string,
  directory: string,
  { major, verifier }: { major: string; verifier: string },
): Promise<HandMade> {
  const seconds: Record<string, number> = {};
  const part = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const begun = performance.now();
    const result = await work();
    seconds[what] = (performance.now() - begun) / 1_000;
    return result;
  };
  const keyFile = join(directory, `${name}-key`);
  const ssh = createSsh(`${name}.virt`, keyFile, join(directory, `${name}-ssh`));
  await part('clone', () => clone(name, directory, keyFile));
  await part('boot', async () => {
    await virsh('start', name);
    await until(`address of ${name}`, () => run('getent', ['hosts', `${name}.virt`]));
    await until(`SSH on ${name}`, () => ssh('true'));
  });
  const home = '/opt/cornac/scripts-hand';
  const { stdout: archive } = await run('sh', ['-c', 'tar -c -C appliance/guest . | base64']);
  const settings = serverSettings('hand', {
    engineVersion: major,
    instanceClass: findInstanceClass('db.t2.micro') ?? fail('no class'),
    allocatedStorage: 5,
    port: 5432,
    values: {},
  });
  const lines = Object.entries(settings).map(([option, value]) => `${option} = '${value}'\n`);
  await part('scripts', () =>
    ssh(`mkdir -p ${home} && base64 -d | tar -x --no-same-owner -C ${home}`, archive),
  );
  await part('disk', () => ssh(`${home}/prepare-disk`));
  // An administrator runs initdb.
  await ssh('rm -rf /opt/cornac/clusters');
  await part('initdb', () => ssh(`${home}/init-cluster ${major}`));
  await part('start', async () => {
    await ssh(`${home}/configure`, `${lines.join('')}--\n`);
    await ssh(`${home}/start`);
  });
  await part('master', () => ssh(`${home}/ensure-master postgres hand`, `${verifier}\n`));
  return {
    seconds,
    remove: async () => {
      await virsh('destroy', name);
      await virsh('undefine', name);
      await keepAddress('delete', name);
      for (const kind of KINDS) await virsh('vol-delete', '--pool', place.pool, `${name}.${kind}`);
    },
  };
}

function fail(message: string): never {
  throw new Error(message);
}

async function until(what: string, look: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    try {
      await look();
      return;
    } catch (cause) {
      if (Date.now() > deadline) throw new Error(`there is no ${what}`, { cause });
      await delay(POLL_MS);
    }
  }
}

/** Runs commands over one connection that stays open, as `ssh` does with `ControlPersist`. */
function createSsh(host: string, keyFile: string, socket: string) {
  const options = Object.entries({
    StrictHostKeyChecking: 'no',
    UserKnownHostsFile: '/dev/null',
    LogLevel: 'ERROR',
    ConnectTimeout: '2',
    ControlMaster: 'auto',
    ControlPath: socket,
    ControlPersist: '30',
  }).flatMap(([option, value]) => ['-o', `${option}=${value}`]);
  return (command: string, input = '') => {
    // The connection outlives the command, so that its output must not be waited for.
    const words = ['-c', 'exec ssh "$@" >/dev/null 2>&1', 'ssh', ...options, '-i', keyFile, `root@${host}`];
    const running = run('sh', [...words, command]);
    running.child.stdin?.end(input);
    return running;
  };
}

/** Reserves the address as an administrator would, because the network leases reserved addresses only. */
async function keepAddress(verb: 'add-last' | 'delete', name: string): Promise<void> {
  const { network } = place;
  const [, ip = ''] = /<ip address='(.*?)'/.exec(await virsh('net-dumpxml', network)) ?? [];
  const address = ip.replace(/\d+$/, String(100 + Number(name.replace(/\D/g, ''))));
  const dns = `<host ip='${address}'><hostname>${name}</hostname></host>`;
  await virsh('net-update', network, verb, 'dns-host', dns, '--live', '--config');
  const dhcp = `<host mac='${macOf(name)}' name='${name}' ip='${address}'/>`;
  await virsh('net-update', network, verb, 'ip-dhcp-host', dhcp, '--live', '--config');
}

function macOf(name: string) {
  return `52:54:00${createHash('sha256').update(name).digest('hex').slice(0, 6).replace(/../g, ':$&')}`;
}

async function clone(name: string, directory: string, keyFile: string): Promise<void> {
  const { pool, network, origin } = place;
  const key = generateKeyPair();
  const hostKey = generateKeyPair();
  await writeFile(keyFile, key.private, { mode: 0o600 });
  const seed = join(directory, `${name}-seed`);
  await writeFile(seed, seedImage({ hostname: name, authorizedKeys: [key.public] }, hostKey));
  const volume = async (kind: string, size: string, ...more: string[]) => {
    await virsh('vol-create-as', pool, `${name}.${kind}`, size, ...more);
    return virsh('vol-path', '--pool', pool, `${name}.${kind}`);
  };
  const backing = ['--backing-vol', `${origin}.qcow2`, '--backing-vol-format', 'qcow2'];
  const root = await volume('root', '4G', '--format', 'qcow2', ...backing);
  const data = await volume('pgdata', '5G', '--format', 'qcow2');
  const seedPath = await volume('seed', '100k', '--format', 'raw');
  await virsh('vol-upload', '--pool', pool, `${name}.seed`, seed);
  const mac = macOf(name);
  await keepAddress('add-last', name);
  const definition = machineXml(await virsh('dumpxml', '--inactive', origin), {
    ...{ name, uuid: randomUUID(), card: { mac, network, isolated: false }, cpus: 1, memoryMiB: 1024 },
    root: { path: root, format: 'qcow2' },
    data: { path: data, format: 'qcow2' },
    seed: { path: seedPath, format: 'raw' },
    hostKey: hostKey.public,
  });
  await virshXml('define', definition);
}

import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { machineXml } from '../../../src/providers/libvirt/domain-xml.ts';
import { seedImage } from '../../../src/providers/libvirt/identity.ts';
import { generateKeyPair } from '../../../src/ssh/key-pair.ts';
import { place, virsh, virshXml } from './private.ts';

const run = promisify(execFile);

/**
 * What an administrator would type to get what a create gives: virsh, ssh, and the guest scripts. There is nothing of
 * Cornac between them, so the time that it takes is what Cornac's own is compared with.
 * @param settings postgresql.conf, as the instance class has it
 */
export async function createByHand(
  name: string,
  directory: string,
  settings: string,
  verifier: string,
): Promise<void> {
  const { pool, network, origin } = place;
  const key = generateKeyPair();
  const hostKey = generateKeyPair();
  const keyFile = join(directory, 'hand-key');
  await writeFile(keyFile, key.private, { mode: 0o600 });
  const seed = join(directory, 'hand-seed');
  await writeFile(seed, seedImage({ hostname: name, authorizedKeys: [key.public] }, hostKey));

  const volume = async (kind: string, size: string, ...more: string[]) => {
    await virsh('vol-create-as', pool, `${name}.hand.${kind}`, size, ...more);
    return virsh('vol-path', '--pool', pool, `${name}.hand.${kind}`);
  };
  const backing = ['--backing-vol', `${origin}.qcow2`, '--backing-vol-format', 'qcow2'];
  const root = await volume('root', '4G', '--format', 'qcow2', ...backing);
  const data = await volume('pgdata', '5G', '--format', 'qcow2');
  const seedPath = await volume('seed', '100k', '--format', 'raw');
  await virsh('vol-upload', '--pool', pool, `${name}.hand.seed`, seed);
  const definition = machineXml(await virsh('dumpxml', '--inactive', origin), {
    ...{ name, uuid: randomUUID(), mac: '52:54:00:11:22:33', network, cpus: 1, memoryMiB: 1024 },
    root: { path: root, type: 'file', format: 'qcow2' },
    data: { path: data, type: 'file', format: 'qcow2' },
    seed: { path: seedPath, type: 'file', format: 'raw' },
    hostKey: hostKey.public,
  });
  await virshXml('define', definition);
  await virsh('start', name);

  const ssh = (command: string, input?: string) => {
    const options = [
      'StrictHostKeyChecking=no',
      'UserKnownHostsFile=/dev/null',
      'LogLevel=ERROR',
      'ConnectTimeout=2',
    ];
    const args = [
      ...options.flatMap((option) => ['-o', option]),
      '-i',
      keyFile,
      `root@${name}.virt`,
      command,
    ];
    const child = spawn('ssh', args, { stdio: ['pipe', 'ignore', 'inherit'] });
    child.stdin.end(input);
    return new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? -1)));
  };
  const deadline = Date.now() + 600_000;
  while ((await run('getent', ['hosts', `${name}.virt`]).catch(() => undefined)) === undefined) {
    if (Date.now() > deadline) throw new Error(`${name} got no address`);
    await delay(300);
  }
  while ((await ssh('true')) !== 0) {
    if (Date.now() > deadline) throw new Error(`${name} cannot be reached`);
    await delay(300);
  }
  const home = '/opt/cornac/scripts-hand';
  const { stdout: archive } = await run('sh', ['-c', 'tar -c -C appliance/guest . | base64']);
  const steps: [string, string?][] = [
    [`mkdir -p ${home} && base64 -d | tar -x --no-same-owner -C ${home}`, archive],
    [`${home}/prepare-disk`],
    [`${home}/init-cluster 15`],
    [`${home}/configure`, settings],
    [`${home}/start`],
    [`${home}/ensure-master postgres`, `${verifier}\n`],
  ];
  for (const [command, input] of steps) {
    const status = await ssh(command, input);
    if (status !== 0) throw new Error(`${command} exited with ${status}`);
  }
}

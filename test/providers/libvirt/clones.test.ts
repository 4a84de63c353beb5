import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { noProgress } from '../../../src/providers/provider.ts';
import { needsLibvirt, virsh, virshXml } from '../../support/libvirt/private.ts';
import { type LibvirtWorld, makeLibvirtWorld } from '../../support/libvirt/world.ts';

const run = promisify(execFile);
const spec = { name: 'cornac-a', cpus: 1, memoryMiB: 128, diskGiB: 1 };

/** What people and backup programs do to machines with virsh. The disks are empty. */
describe('clones of one origin', needsLibvirt, () => {
  let world: LibvirtWorld;
  before(async () => {
    world = await makeLibvirtWorld();
    await world.makeEmptyOrigin();
  });
  after(() => world?.remove());

  const directory = () => `/var/lib/libvirt/${world.settings.pool}`;
  const disks = async () => (await virsh('domblklist', spec.name)).match(/\/\S+/g) ?? [];

  test('run at the same time, whatever ports and files the origin names', async () => {
    const { origin } = world.settings;
    const before = await virsh('dumpxml', '--inactive', origin);
    const fixed = `<graphics type='vnc' port='5977' autoport='no' listen='127.0.0.1'/>
      <serial type='tcp'><source mode='bind' host='127.0.0.1' service='4977'/><target port='0'/></serial>`;
    const card = `<interface type='network'><source network='${world.settings.network}'/>
      <model type='virtio'/><address type='pci' domain='0x0000' bus='0x05' slot='0x00' function='0x0'/></interface>`;
    const smbios = `<sysinfo type='smbios'><system><entry name='uuid'>${await virsh('domuuid', origin)}</entry></system></sysinfo>`;
    await virshXml(
      'define',
      before
        .replace('</devices>', `${fixed}${card}</devices>`)
        .replace('</type>', `</type><smbios mode='sysinfo'/>`)
        .replace('<os>', `<genid/>${smbios}<os>`),
    );
    for (const name of ['cornac-a', 'cornac-b']) {
      await world.provider.ensureMachine({ ...spec, name }, noProgress());
      await virsh('start', name);
    }
    const ids = await Promise.all(
      [origin, 'cornac-a', 'cornac-b'].map((name) => virsh('dumpxml', '--inactive', name)),
    );
    for (const xml of ids) assert.match(xml, /<interface.*bus='0x05'.*<\/interface>/s);
    assert.equal(new Set(ids.map((xml) => /<genid>(.*)<\/genid>/.exec(xml)?.[1])).size, 3);
    for (const name of ['cornac-a', 'cornac-b']) await world.provider.destroyMachine({ name }, noProgress());
    await virshXml('define', before);
  });

  test('grow on a snapshot beside their disks, and are destroyed with the snapshot files', async () => {
    await world.provider.ensureMachine(spec, noProgress());
    await virsh('start', spec.name);
    for (const disk of (await disks()).filter((path) => path.endsWith('.qcow2'))) {
      assert.match((await run('qemu-img', ['info', '-U', disk])).stdout, /compat: 1\.1/);
    }
    await virsh('snapshot-create-as', spec.name, 'backup', '--disk-only', '--no-metadata');
    assert.equal((await disks()).filter((path) => path.endsWith('.backup')).length, 2);
    await world.provider.resizeMachine({ ...spec, diskGiB: 2 }, noProgress());
    assert.equal((await world.provider.findMachine(spec.name))?.diskGiB, 2);
    await virsh('snapshot-create-as', spec.name, 'again', '--disk-only', '--no-metadata');
    await world.provider.destroyMachine(spec, noProgress());
    assert.deepEqual(await readdir(directory()), ['origin.qcow2']);
  });

  test('get another size although their memory was saved in a file', async () => {
    await world.provider.ensureMachine(spec, noProgress());
    await virsh('start', spec.name);
    await virsh('managedsave', spec.name);
    const larger = { ...spec, memoryMiB: 256, diskGiB: 2 };
    const { restartNeeded } = await world.provider.resizeMachine(larger, noProgress());
    assert.equal(restartNeeded, true);
    assert.equal((await world.provider.findMachine(spec.name))?.state, 'running');
    await virsh('destroy', spec.name);
    await virsh('start', spec.name);
    assert.match(await virsh('dominfo', spec.name), /Max memory:\s+262144 KiB/);
    await world.provider.destroyMachine(spec, noProgress());
  });

  test('are refused while the memory of the origin is saved in a file', async () => {
    const { origin } = world.settings;
    await virsh('start', origin);
    await virsh('managedsave', origin);
    const refusal = { code: 'OriginBusy', message: /its memory is saved in a file: .*virsh start/ };
    await assert.rejects(world.provider.check(), refusal);
    await assert.rejects(world.provider.ensureMachine(spec, noProgress()), refusal);
    await virsh('managedsave-remove', origin);
    assert.deepEqual(await world.volumes(), ['origin.qcow2']);
  });
});

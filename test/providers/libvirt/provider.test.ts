import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { noProgress } from '../../../src/providers/provider.ts';
import { startOlderLibvirt } from '../../support/libvirt/older-libvirt.ts';
import { daemon, needsLibvirt, virsh, virshXml } from '../../support/libvirt/private.ts';
import { type LibvirtWorld, makeLibvirtWorld } from '../../support/libvirt/world.ts';
import { testSettings } from './settings.ts';

const spec = { name: 'cornac-a', cpus: 1, memoryMiB: 512, diskGiB: 1 };

/** Machines that are defined and not booted, because the origin's disk is empty. */
describe('machines in a real libvirt', needsLibvirt, () => {
  let world: LibvirtWorld;
  before(async () => {
    world = await makeLibvirtWorld();
    await world.makeEmptyOrigin();
  });
  after(() => world.remove());

  testSettings(() => world, spec);

  test('a machine that does not fit is refused before anything is made', async () => {
    await assert.rejects(world.provider.ensureMachine({ ...spec, diskGiB: 1_000_000 }, noProgress()), {
      code: 'InsufficientCapacity',
      message: /no room for .*1000000 GiB/,
    });
    await assert.rejects(world.provider.ensureMachine({ ...spec, memoryMiB: 100_000_000 }, noProgress()), {
      code: 'InsufficientCapacity',
    });
    assert.deepEqual(await world.volumes(), ['origin.qcow2']);
  });

  test('a machine is a linked clone with a data disk and a seed, and is removed with all of these', async () => {
    const machine = await world.provider.ensureMachine(spec, noProgress());
    assert.deepEqual(machine, { name: spec.name, state: 'stopped', diskGiB: 1, host: 'localhost' });
    const [data = '', root = '', seed = '', ...others] = (await world.volumes()).filter(
      (name) => name !== 'origin.qcow2',
    );
    assert.deepEqual(
      [data, root, seed].map((name) => name.replace(/\.[0-9a-f]{8}/, ' ')),
      ['cornac-a -pgdata.qcow2', 'cornac-a -root.qcow2', 'cornac-a .seed'],
    );
    assert.deepEqual(others, []);
    assert.match(
      await virsh('vol-dumpxml', '--pool', world.settings.pool, root),
      /<backingStore>\s*<path>.*origin.qcow2/,
    );
    assert.deepEqual(await world.provider.listMachines(), [machine]);
    await world.provider.destroyMachine({ name: spec.name }, noProgress());
    await world.provider.destroyMachine({ name: spec.name }, noProgress());
    assert.deepEqual(await world.volumes(), ['origin.qcow2']);
    assert.equal(await world.provider.findMachine(spec.name), undefined);
  });

  test('the volumes of an attempt for another owner stay', async () => {
    const progress = noProgress();
    const caller = new AbortController();
    const report = (message: string) => message.startsWith('defining') && caller.abort();
    const gone = { ...progress, signal: caller.signal, report };
    const theirs = { ...spec, owner: 'db-THEIRS' };
    await assert.rejects(world.provider.ensureMachine(theirs, gone));
    const begun = await world.volumes();
    assert.equal(begun.filter((name) => name.startsWith(`${spec.name}.db-THEIRS.`)).length, 3);
    await world.provider.destroyMachine({ ...spec, owner: 'db-OURS' }, progress);
    assert.deepEqual(await world.volumes(), begun);

    const ours = await world.provider.ensureMachine({ ...spec, owner: 'db-OURS' }, progress);
    await world.provider.destroyMachine(theirs, progress);
    assert.deepEqual(await world.provider.findMachine(spec.name), ours);
    await world.provider.destroyMachine({ ...spec, owner: 'db-OURS' }, progress);
    assert.deepEqual(await world.volumes(), ['origin.qcow2']);
  });

  test('with clone=full a disk has no backing file, with identity=smbios a machine has no seed', async () => {
    const provider = await world.open({ iaas: ['libvirt+qemu:///system?clone=full&identity=smbios'] });
    await provider.ensureMachine(spec, noProgress());
    const [data = '', root = '', ...others] = (await world.volumes()).filter(
      (name) => name !== 'origin.qcow2',
    );
    assert.deepEqual(others, []);
    assert.match(data, /-pgdata\.qcow2$/);
    assert.doesNotMatch(await virsh('vol-dumpxml', '--pool', world.settings.pool, root), /backingStore/);
    assert.match(await virsh('dumpxml', spec.name), /io.systemd.credential:cornac.hostname=cornac-a/);
    await provider.destroyMachine({ name: spec.name }, noProgress());
    await provider.close();
  });

  test('four concurrent attempts make one machine, and the volumes of the others are removed', async () => {
    const providers = await Promise.all(Array.from({ length: 4 }, () => world.open()));
    const made = await Promise.all(providers.map((provider) => provider.ensureMachine(spec, noProgress())));
    for (const machine of made) assert.deepEqual(machine, made[0]);
    assert.equal((await world.volumes()).length, 4);
    await Promise.all(providers.map((provider) => provider.close()));
    await world.provider.destroyMachine({ name: spec.name }, noProgress());
    assert.deepEqual(await world.volumes(), ['origin.qcow2']);
  });

  test('the next attempt removes the volumes of an attempt that was aborted at any step', async () => {
    for (const word of ['cloning', 'defining']) {
      const caller = new AbortController();
      const report = (message: string) => message.startsWith(word) && caller.abort(new Error('gone'));
      await assert.rejects(world.provider.ensureMachine(spec, { signal: caller.signal, report }), /gone/);
    }
    assert.ok((await world.volumes()).length > 1);
    await world.provider.ensureMachine(spec, noProgress());
    assert.equal((await world.volumes()).length, 4);
    await world.provider.destroyMachine({ name: spec.name }, noProgress());
    assert.deepEqual(await world.volumes(), ['origin.qcow2']);
  });

  test('destroyMachine removes volumes without a machine', async () => {
    await virsh('vol-create-as', world.settings.pool, 'cornac-a.00000000.root', '1M');
    await virsh('vol-create-as', world.settings.pool, 'cornac-ab.00000000.root', '1M');
    await world.provider.destroyMachine({ name: spec.name }, noProgress());
    assert.deepEqual(await world.volumes(), ['cornac-ab.00000000.root', 'origin.qcow2']);
    await virsh('vol-delete', '--pool', world.settings.pool, 'cornac-ab.00000000.root');
  });

  test('a machine is removed from a libvirt that does not know the flag for TPMs', async (t) => {
    const socket = await startOlderLibvirt(t, 31);
    const provider = await world.open({ iaas: [`libvirt+qemu:///system?socket=${socket}`] });
    t.after(() => provider.close());
    await provider.ensureMachine(spec, noProgress());
    await provider.destroyMachine(spec, noProgress());
    assert.equal(await world.provider.findMachine(spec.name), undefined);
    assert.deepEqual(await world.volumes(), ['origin.qcow2']);
  });

  test('destroyMachine succeeds while another worker removes the machine', async () => {
    await world.provider.ensureMachine(spec, noProgress());
    await virsh('start', spec.name);
    let other: Promise<unknown> | undefined;
    const report = (message: string) => {
      if (message.startsWith('shutting')) {
        other ??= virsh('undefine', spec.name).then(() => virsh('destroy', spec.name));
      }
    };
    await world.provider.destroyMachine(spec, { ...noProgress(), report });
    assert.ok(other);
    await other;
    assert.deepEqual(await world.volumes(), ['origin.qcow2']);
  });

  test('an attempt that libvirt refuses leaves no volume', async () => {
    await assert.rejects(world.provider.ensureMachine({ ...spec, cpus: 100_000 }, noProgress()), {
      code: 'Unsupported',
      message: /CPUs/,
    });
    assert.deepEqual(await world.volumes(), ['origin.qcow2']);
  });

  test('an origin with a disk named by pool and volume is cloned', async () => {
    await virshXml(
      'define',
      `<domain type='qemu'><name>by-volume</name><memory>1024</memory><os><type>hvm</type></os>
      <devices><disk type='volume'><driver name='qemu' type='qcow2'/>
      <source pool='${world.settings.pool}' volume='origin.qcow2'/><target dev='vda'/></disk></devices></domain>`,
    );
    const iaas = ['libvirt+qemu:///system?engine_versions=15.14'];
    const provider = await world.open({ iaas, origin: 'by-volume' });
    await provider.check();
    await provider.ensureMachine(spec, noProgress());
    assert.equal((await world.volumes()).length, 4);
    await provider.destroyMachine(spec, noProgress());
    await provider.close();
    await virsh('undefine', 'by-volume');
  });

  test('a domain that Cornac did not make is neither returned nor listed nor removed', async () => {
    await virshXml(
      'define',
      `<domain type='qemu'><name>cornac-a</name><memory>1024</memory><os><type>hvm</type></os></domain>`,
    );
    await assert.rejects(world.provider.ensureMachine(spec, noProgress()), { code: 'Conflict' });
    await assert.rejects(world.provider.destroyMachine({ name: spec.name }, noProgress()), {
      code: 'Conflict',
    });
    assert.deepEqual(await world.provider.listMachines(), []);
    await virsh('undefine', 'cornac-a');
  });

  test('a machine that is off gets its new disk, memory and CPUs at once', async () => {
    await world.provider.ensureMachine(spec, noProgress());
    const resized = await world.provider.resizeMachine(
      { ...spec, diskGiB: 3, cpus: 2, memoryMiB: 1024 },
      noProgress(),
    );
    assert.deepEqual(resized, { restartNeeded: false, notes: [] });
    assert.equal((await world.provider.findMachine(spec.name))?.diskGiB, 3);
    assert.match(await virsh('dominfo', spec.name), /CPU\(s\):\s+2\n.*Max memory:\s+1048576 KiB/s);
    const { notes } = await world.provider.resizeMachine(spec, noProgress());
    assert.match(notes[0] ?? '', /stays at 3 GiB/);
    await assert.rejects(world.provider.resizeMachine({ ...spec, diskGiB: 1_000_000 }, noProgress()), {
      code: 'InsufficientCapacity',
    });
    await world.provider.destroyMachine({ name: spec.name }, noProgress());
  });

  test('the power of a paused machine is cut at once', async () => {
    await world.provider.ensureMachine(spec, noProgress());
    await virsh('start', spec.name);
    await virsh('suspend', spec.name);
    assert.equal((await world.provider.findMachine(spec.name))?.state, 'running');
    // A paused guest cannot shut down, so that its power is cut at once.
    await world.provider.stopMachine(spec.name, noProgress());
    assert.equal((await world.provider.findMachine(spec.name))?.state, 'stopped');
    await world.provider.stopMachine(spec.name, noProgress());
    await world.provider.destroyMachine({ name: spec.name }, noProgress());
  });

  test('the provider reconnects after libvirtd was restarted or killed', async () => {
    await world.provider.ensureMachine(spec, noProgress());
    await daemon('restart');
    assert.equal((await world.provider.findMachine(spec.name))?.name, spec.name);
    await daemon('kill');
    await assert.rejects(world.provider.findMachine(spec.name), { code: 'Unavailable', retryable: true });
    await daemon('start');
    await world.provider.destroyMachine({ name: spec.name }, noProgress());
    assert.deepEqual(await world.volumes(), ['origin.qcow2']);
  });
});

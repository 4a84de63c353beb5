import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseOvercommit } from '../../../src/providers/overcommit.ts';
import { noProgress, type Provider } from '../../../src/providers/provider.ts';
import { diskStock } from '../../../src/providers/vsphere/room.ts';
import { createVsphereProvider } from '../../../src/providers/vsphere/vsphere.ts';
import { startSimulator } from '../../support/vsphere/simulator.ts';
import { useSimulator } from '../../support/vsphere/use-simulator.ts';
import { simulatorOptions } from '../../support/vsphere/world.ts';

test('the possible growth of thin disks counts as promised', () => {
  const store = { capacityGiB: 100, freeGiB: 70, uncommittedGiB: 60 };
  assert.deepEqual(diskStock(store, parseOvercommit(undefined)), { total: 100, promised: 90 });
  assert.deepEqual(diskStock(store, parseOvercommit('disk:2')), { total: 200, promised: 90 });
  const full = diskStock({ ...store, freeGiB: 0 }, parseOvercommit('disk:9'));
  assert.ok(full.total <= full.promised);
});

/** The pool `small` of the simulator has a limit of 2048 MiB. */
describe('a resource pool with a limit', () => {
  const vcenter = useSimulator();
  const open = (options = ''): Provider => {
    return vcenter.open({
      iaas: `${vcenter.simulator.iaas()}${options}`,
      resourcePool: 'datacenter1/host/cluster1/Resources/small',
    });
  };
  const spec = (name: string, memoryMiB = 1024) => ({
    name: `cornac-${name}`,
    cpus: 1,
    memoryMiB,
    diskGiB: 1,
  });

  test('two machines of half the limit fit, running or stopped, and a third does not', async () => {
    const provider = open();
    for (const name of ['a', 'b']) await provider.ensureMachine(spec(name), noProgress());
    await assert.rejects(provider.ensureMachine(spec('c'), noProgress()), {
      code: 'InsufficientCapacity',
      retryable: false,
      message:
        /no room for another 1024 MiB of memory .*: small with datastore1 has 2048 MiB, 2048 of them promised/,
    });
    assert.equal(await provider.findMachine('cornac-c'), undefined);
    const [room] = await provider.lookForRoom('cornac-c');
    assert.ok(room && 'begun' in room);
    assert.deepEqual([room.begun, room.systemGiB], [false, 8]);
    assert.deepEqual(room.machines.get('cornac-a'), { memoryMiB: 1024, diskGiB: 1 });
  });

  test('a larger class without room is refused, and a smaller class frees memory', async () => {
    const provider = open();
    await assert.rejects(provider.resizeMachine(spec('a', 2048), noProgress()), {
      code: 'InsufficientCapacity',
      message: /no room for another 1024 MiB of memory and 0 GiB of disk/,
    });
    const find = async () =>
      (await vcenter.simulator.state()).machines.find(({ name }) => name === 'cornac-a')?.memoryMiB;
    assert.equal(await find(), 1024);
    await provider.resizeMachine(spec('a', 512), noProgress());
    assert.equal(await find(), 512);
    await provider.ensureMachine(spec('c', 512), noProgress());
  });

  test('the room for new machines has the CPUs of a host, and which machines are in another place', async () => {
    const [here] = await open().lookForRoom();
    assert.ok(here && 'machines' in here);
    assert.ok((here.cpus ?? 0) > 0);
    assert.equal(here.machines.get('cornac-b')?.elsewhere, undefined);
    const [outside] = await vcenter
      .open({ resourcePool: 'datacenter1/host/cluster1/Resources/databases' })
      .lookForRoom();
    assert.ok(outside && 'machines' in outside);
    assert.equal(outside.machines.get('cornac-b')?.elsewhere, true);
  });

  test('overcommit= increases the limit', async () => {
    await open('&overcommit=memory:2').ensureMachine(spec('d', 2048), noProgress());
    await assert.rejects(open('&overcommit=memory:2').ensureMachine(spec('e'), noProgress()), {
      code: 'InsufficientCapacity',
    });
  });

  test('a hidden pool below it counts nothing, and a hidden pool itself is an error', async () => {
    const provider = vcenter.open();
    await vcenter.simulator.hide('ResourcePool', 'databases', true);
    const [room] = await provider.lookForRoom('cornac-c');
    assert.ok(room && 'machines' in room);
    await vcenter.simulator.hide('ResourcePool', 'databases', false);
    await vcenter.simulator.hide('ResourcePool', 'small', true);
    await assert.rejects(open().lookForRoom('cornac-c'), { code: 'Unauthorized' });
    await vcenter.simulator.hide('ResourcePool', 'small', false);
  });

  test('with host= in IAAS only the memory of that host counts', async (t) => {
    // Its own simulator, because machines of other tests may be on any host.
    const empty = await startSimulator();
    t.after(() => empty.stop());
    const settings = simulatorOptions(empty);
    const on = (host: string): Provider => {
      const iaas = `${settings.iaas}&host=datacenter1/host/cluster1/${host}`;
      const provider = createVsphereProvider({ ...settings, iaas });
      t.after(() => provider.close());
      return provider;
    };
    // Each of the two hosts has 4095 MiB.
    await on('DC0_C0_H1').ensureMachine(spec('g', 2048), noProgress());
    await assert.rejects(on('DC0_C0_H1').ensureMachine(spec('h', 3072), noProgress()), {
      code: 'InsufficientCapacity',
      message: /: DC0_C0_H1 with datastore1 has 4095 MiB, /,
    });
    // An existing machine on another host than the named one grows within its pool.
    const [room] = await on('DC0_C0_H0').lookForRoom('cornac-g');
    assert.match(String(room?.host), /^cluster1 with /);
  });

  test('an invalid overcommit= is refused', () => {
    assert.throws(() => open('&overcommit=2'), {
      code: 'Configuration',
      message: /overcommit=2; expected for instance memory:1\.5,disk:3/,
    });
  });
});

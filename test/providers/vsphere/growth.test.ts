import assert from 'node:assert/strict';
import { afterEach, before, suite, test } from 'node:test';
import { type MachineSpec, noProgress } from '../../../src/providers/provider.ts';
import { skipWithoutGo } from '../../support/vsphere/build.ts';
import { useSimulator } from '../../support/vsphere/use-simulator.ts';

suite('growth of a data disk', { skip: skipWithoutGo }, () => {
  const name = 'cornac-grow';
  const spec: MachineSpec = { name, cpus: 1, memoryMiB: 512, diskGiB: 1 };
  const vcenter = useSimulator();

  before(async () => {
    await vcenter.open().ensureMachine(spec, noProgress());
  });
  afterEach(async () => {
    await vcenter.simulator.clearFaults();
    for (const store of ['datastore1', 'shelf 2/b']) {
      await vcenter.simulator.setDatastore({ name: store, freeGiB: 1024 });
    }
  });

  const impatient = () => vcenter.open({ times: { snapshot: 100 } });

  const seen = async () => {
    const found = (await vcenter.simulator.state()).machines.find((machine) => machine.name === name);
    assert.ok(found);
    return found;
  };
  const diskGiB = async () => (await seen()).disksGiB[1];

  test("a backup's snapshot: growth waits until it is gone and reports the wait", async () => {
    await vcenter.simulator.snapshot(name, 'VEEAM BACKUP TEMPORARY SNAPSHOT');
    let removed: Promise<void> | undefined;
    const told: string[] = [];
    const report = (message: string) => {
      told.push(message);
      if (/^waiting for the removal of the snapshots of/.test(message)) {
        removed ??= vcenter.simulator.snapshot(name, 'VEEAM BACKUP TEMPORARY SNAPSHOT', { remove: true });
      }
    };
    await vcenter.open().resizeMachine({ ...spec, diskGiB: 2 }, { ...noProgress(), report });
    await removed;
    assert.ok(
      told.some((line) =>
        /^waiting for the removal of the snapshots of cornac-grow since \S+, until \S+ UTC: .*"VEEAM BACKUP TEMPORARY SNAPSHOT"/.test(
          line,
        ),
      ),
      told.join(' | '),
    );
    assert.equal(await diskGiB(), 2);
  });

  test('a lasting snapshot: growth fails and names it, and the new CPUs and memory are recorded', async () => {
    await vcenter.simulator.snapshot(name, 'before the update');
    await vcenter.simulator.snapshot(name, 'another');
    const larger = { ...spec, cpus: 2, memoryMiB: 1024, diskGiB: 3 };
    await assert.rejects(impatient().resizeMachine(larger, noProgress()), {
      code: 'MachineBusy',
      retryable: true,
      message:
        /^the data disk of cornac-grow cannot grow while it has snapshots: "before the update", "another"; /,
    });
    const { cpus, memoryMiB, extraConfig } = await seen();
    assert.deepEqual([cpus, memoryMiB, await diskGiB()], [2, 1024, 2]);
    assert.deepEqual([extraConfig['cornac.cpus'], extraConfig['cornac.memory_mib']], ['2', '1024']);
    // A change of the class alone does not touch the disk.
    await impatient().resizeMachine({ ...spec, diskGiB: 2 }, noProgress());
    await vcenter.simulator.snapshot(name, 'another', { remove: true });
    await vcenter.simulator.snapshot(name, 'before the update', { remove: true });
    await impatient().resizeMachine({ ...spec, diskGiB: 3 }, noProgress());
    assert.equal(await diskGiB(), 3);
  });

  test('a disk with a parent but no snapshot: growth fails and asks for a consolidation', async () => {
    await vcenter.simulator.snapshot(name, 'broken backup');
    await vcenter.simulator.snapshot(name, 'broken backup', { remove: true, leave: true });
    const soon = vcenter.open({ times: { snapshot: 100, consolidation: 200 } });
    await assert.rejects(soon.resizeMachine({ ...spec, diskGiB: 4 }, noProgress()), {
      code: 'Conflict',
      retryable: false,
      message: /while its disk has a parent, although it has no snapshots: consolidate its disks/,
    });
    // Removing this snapshot also removes the broken branch.
    await vcenter.simulator.snapshot(name, 'last', { leave: true });
    await vcenter.simulator.snapshot(name, 'last', { remove: true });
  });

  test('a backup begins between the look and the growth: growth succeeds', async () => {
    const fault = 'InvalidDeviceOperation';
    await vcenter.simulator.fault({ method: 'ReconfigVM_Task', skip: 1, times: 1, fault, task: true });
    await impatient().resizeMachine({ ...spec, diskGiB: 4 }, noProgress());
    assert.equal(await diskGiB(), 4);
  });

  test("vCenter refuses the growth twice: it fails with vCenter's reason", async () => {
    const fault = 'InvalidDeviceOperation';
    await vcenter.simulator.fault({ method: 'ReconfigVM_Task', skip: 1, times: 2, fault, task: true });
    await assert.rejects(impatient().resizeMachine({ ...spec, diskGiB: 5 }, noProgress()), {
      code: 'Configuration',
      message: /InvalidDeviceOperation/,
    });
  });

  test("the disk's own datastore decides about room, not the present STORAGE_POOL", async () => {
    const moved = vcenter.open({ storagePool: 'shelf 2%2fb' });
    await vcenter.simulator.setDatastore({ name: 'shelf 2/b', freeGiB: 0, inaccessible: true });
    await moved.resizeMachine({ ...spec, diskGiB: 6 }, noProgress());
    assert.equal(await diskGiB(), 6);
    const [room] = await moved.lookForRoom(name);
    assert.match(String(room?.host), / with datastore1$/);

    await vcenter.simulator.setDatastore({ name: 'shelf 2/b', freeGiB: 1024 });
    await vcenter.simulator.setDatastore({ freeGiB: 0 });
    await assert.rejects(moved.resizeMachine({ ...spec, diskGiB: 7 }, noProgress()), {
      code: 'InsufficientCapacity',
      message: /with datastore1 has /,
    });
    await vcenter.simulator.setDatastore({ freeGiB: 1024, inaccessible: true });
    await assert.rejects(moved.resizeMachine({ ...spec, diskGiB: 7 }, noProgress()), {
      code: 'Unavailable',
      message: /^datastore datastore1, where the data disk of cornac-grow is, is not accessible$/,
    });
  });

  test('a real vCenter would refuse none of the calls', async () => {
    assert.equal((await vcenter.simulator.state()).violations, null);
  });
});

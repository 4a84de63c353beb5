import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Provider } from '../../../src/providers/provider.ts';
import { noProgress } from '../../../src/providers/provider.ts';
import { findForeignDisks } from '../../../src/providers/vsphere/foreign-disks.ts';
import { createVsphereProvider } from '../../../src/providers/vsphere/vsphere.ts';
import { skipWithoutGo } from '../../support/vsphere/build.ts';
import { type Simulator, startSimulator } from '../../support/vsphere/simulator.ts';
import { simulatorOptions } from '../../support/vsphere/world.ts';

function disk(key: number, fileName: string) {
  return { $type: 'VirtualDisk', key, controllerKey: 1000, unitNumber: key - 2000, backing: { fileName } };
}

test("the system disk, the data disk and all disks in the machine's directories are its own", () => {
  const system = disk(2000, '[vsan] 52d1/x.vmdk');
  const dataDisk = disk(2001, '[other] 77aa/x.vmdk');
  const own = ['[ds1] cornac-a_1/cornac-a.vmdk', '[ds2] cornac-a/b.vmdk', '[ds3] cornac-a_2/b.vmdk'];
  const foreign = ['[ds1] rescue/old.vmdk', '[ds1] fcd/8a.vmdk', '[ds1] cornac-ab/cornac-ab.vmdk'];
  const devices = [...[...own, ...foreign].map((file, index) => disk(2002 + index, file)), dataDisk, system];
  const home = '[ds1] cornac-a_1/cornac-a.vmx';
  assert.deepEqual(findForeignDisks({ name: 'cornac-a', devices, dataDisk, home }), foreign);
  assert.deepEqual(findForeignDisks({ name: 'cornac-a', devices: [], dataDisk: undefined, home }), []);
});

// A SCSI disk has a lower key than one on SATA or NVMe.
test('a foreign disk on SCSI in a machine that boots from SATA does not count as its system disk', () => {
  const system = { ...disk(16000, '[vsan] 52d1/x.vmdk'), controllerKey: 15000, unitNumber: 0 };
  const foreign = { ...disk(2000, '[ds1] rescue/old.vmdk'), controllerKey: 1000, unitNumber: 0 };
  const parts = { name: 'cornac-a', dataDisk: undefined, home: '[ds1] cornac-a/cornac-a.vmx' };
  const devices = [system, foreign];
  assert.deepEqual(findForeignDisks({ ...parts, devices, originDisks: '15000:0' }), [
    '[ds1] rescue/old.vmdk',
  ]);
});

suite('a foreign disk in a machine', { skip: skipWithoutGo }, () => {
  let simulator: Simulator;
  let provider: Provider;
  before(async () => {
    simulator = await startSimulator();
    provider = createVsphereProvider(simulatorOptions(simulator));
  });
  after(async () => {
    await provider?.close();
    await simulator?.stop();
  });

  // hashicorp/terraform, issue 8945: deleting a machine deletes all of its disks.
  test('a machine with a foreign disk is not deleted until the disk is removed', async () => {
    const spec = { name: 'cornac-a', cpus: 1, memoryMiB: 512, diskGiB: 1 };
    await provider.ensureMachine(spec, noProgress());
    await simulator.change(spec.name, { disk: '[datastore1] rescue/customers.vmdk' });
    await assert.rejects(provider.destroyMachine(spec, noProgress()), {
      code: 'MachineBusy',
      retryable: true,
      message: /\[datastore1\] rescue\/customers\.vmdk: detach them from the machine in vCenter/,
    });
    assert.equal((await provider.findMachine(spec.name))?.name, spec.name);
    await simulator.change(spec.name, { disk: '' });
    await provider.destroyMachine(spec, noProgress());
    assert.equal(await provider.findMachine(spec.name), undefined);
  });
});

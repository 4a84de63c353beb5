import assert from 'node:assert/strict';
import { afterEach, suite, test } from 'node:test';
import { type MachineSpec, noProgress } from '../../../src/providers/provider.ts';
import type { VsphereOptions } from '../../../src/providers/vsphere/vsphere.ts';
import { skipWithoutGo } from '../../support/vsphere/build.ts';
import { useSimulator } from '../../support/vsphere/use-simulator.ts';

suite('warnings about hosts and origins that do not fit', { skip: skipWithoutGo }, () => {
  const spec: MachineSpec = { name: 'cornac-a', cpus: 1, memoryMiB: 512, diskGiB: 1 };
  const [first, second] = ['DC0_C0_H0', 'DC0_C0_H1'] as const;
  const shelf = { name: 'shelf 2/b', freeGiB: 1024 };
  const onShelf = { storagePool: 'shelf 2%2fb' };
  const vcenter = useSimulator();

  afterEach(async () => {
    await vcenter.simulator.setDatastore({ freeGiB: 1024 });
    await vcenter.simulator.setDatastore(shelf);
  });

  const told = async (changes: Partial<VsphereOptions> = {}): Promise<string[]> => {
    const warnings: string[] = [];
    await vcenter.open({ ...changes, warn: (message) => warnings.push(message) }).check();
    return warnings;
  };

  test('a good setup: no warning', async () => {
    assert.deepEqual(await told(), []);
    assert.deepEqual(await told(onShelf), []);
  });

  test("no host sees both the datastore of the machines and the origin's: the create is refused", async () => {
    await vcenter.simulator.setDatastore({ freeGiB: 1024, hosts: [first] });
    await vcenter.simulator.setDatastore({ ...shelf, hosts: [second] });
    const refusal = {
      code: 'Configuration',
      message:
        /^no host can take a new machine: DC0_C0_H0 does not see STORAGE_POOL, DC0_C0_H1 does not see the datastore of the origin's disks; /,
    };
    await assert.rejects(vcenter.open(onShelf).ensureMachine(spec, noProgress()), refusal);
    await assert.rejects(vcenter.open(onShelf).check(), refusal);
    assert.equal((await vcenter.simulator.state()).calls.CloneVM_Task, undefined);
    // For a full copy, one host that sees the origin reads it and another host writes it.
    await vcenter.open({ ...onShelf, iaas: `${vcenter.simulator.iaas()}&clone=full` }).check();
  });

  test('the host of IAAS does not see the datastore: the check is refused', async () => {
    await vcenter.simulator.setDatastore({ freeGiB: 1024, hosts: [first] });
    const on = (host: string) => ({
      iaas: `${vcenter.simulator.iaas()}&host=datacenter1/host/cluster1/${host}`,
    });
    await assert.rejects(vcenter.open(on(second)).check(), {
      code: 'Configuration',
      message: /^no host can take a new machine: DC0_C0_H1 does not see STORAGE_POOL;/,
    });
    assert.deepEqual(await told(on(first)), []);
  });

  test('one of two hosts does not see the datastore: a warning names it', async () => {
    await vcenter.simulator.setDatastore({ freeGiB: 1024, hosts: [second] });
    assert.deepEqual(await told(), [
      'VCENTER_RESOURCE_POOL: DC0_C0_H0 does not see STORAGE_POOL: a machine that vCenter makes there fails',
    ]);
  });

  test('clones are linked to a template: a warning', async () => {
    const template = { machineOrigin: 'datacenter1/vm/templates/origin-marked' };
    const [warning, ...more] = await told(template);
    assert.match(String(warning), /^MACHINE_ORIGIN: is a template: .*convert it to a virtual machine$/);
    assert.deepEqual(more, []);
    assert.deepEqual(await told({ ...template, iaas: `${vcenter.simulator.iaas()}&clone=full` }), []);
  });

  test('the origin has a chain of eight snapshots: a warning', async () => {
    for (let update = 1; update <= 8; update++) {
      await vcenter.simulator.snapshot('cornac--origin', `update ${update}`);
    }
    const [warning, ...more] = await told();
    assert.match(
      String(warning),
      /^MACHINE_ORIGIN: a disk at its snapshot is a chain of 8 files, .*build a new origin$/,
    );
    assert.deepEqual(more, []);
    assert.deepEqual(await told({ iaas: `${vcenter.simulator.iaas()}&snapshot=ready` }), []);
  });

  test('a real vCenter would refuse none of the calls', async () => {
    assert.equal((await vcenter.simulator.state()).violations, null);
  });
});

import assert from 'node:assert/strict';
import { afterEach, suite, test } from 'node:test';
import { type MachineSpec, noProgress } from '../../../src/providers/provider.ts';
import { skipWithoutGo } from '../../support/vsphere/build.ts';
import { useSimulator } from '../../support/vsphere/use-simulator.ts';

suite('places for a machine', { skip: skipWithoutGo }, () => {
  const vcenter = useSimulator();

  afterEach(async () => {
    await vcenter.simulator.clearFaults();
    await vcenter.simulator.setDrs(true);
  });

  const withOptions = (options: string) => ({ iaas: `${vcenter.simulator.iaas()}&${options}` });
  const spec = (name: string): MachineSpec => ({
    name: `cornac-${name}`,
    cpus: 1,
    memoryMiB: 512,
    diskGiB: 1,
  });
  const seen = async (name: string) =>
    (await vcenter.simulator.state()).machines.find((machine) => machine.name === `cornac-${name}`);

  test('names that vCenter escapes are found', async () => {
    const network = 'datacenter1/network/lan 10.0.0.0%2f24';
    const provider = vcenter.open({ network, storagePool: 'shelf 2%2fb' });
    await provider.check();
    await provider.ensureMachine(spec('escaped'), noProgress());
    assert.deepEqual((await seen('escaped'))?.networks, ['lan 10.0.0.0/24']);
    await provider.resizeMachine({ ...spec('escaped'), diskGiB: 2 }, noProgress());
    assert.deepEqual((await seen('escaped'))?.disksGiB, [8, 2]);
    assert.match(String((await provider.lookForRoom('cornac-escaped'))[0]?.host), /shelf 2\/b$/);
  });

  test('a name that is not escaped is not found, and the error says how to escape it', async () => {
    await assert.rejects(vcenter.open({ network: 'datacenter1/network/lan 10.0.0.0/24' }).check(), {
      code: 'Configuration',
      message:
        /is not in vCenter, .*: datacenter1\/network has no lan 10\.0\.0\.0; it contains .*lan 10\.0\.0\.0%2f24.* \(in names % is written %25, \/ %2f, \\ %5c\)/,
    });
  });

  test('a path with a missing part: the error names the part and what is in its place, and no escapes', async () => {
    const message = async (changes: Parameters<typeof vcenter.open>[0]) => {
      const error = await vcenter
        .open(changes)
        .check()
        .then(
          () => assert.fail('it is found'),
          (refusal: Error) => refusal,
        );
      return error.message;
    };
    const machineOrigin = 'datacenter1/vm/tempaltes/cornac--origin';
    const folder = await message({ machineOrigin });
    assert.match(folder, /: datacenter1\/vm has no tempaltes; it contains .*templates/);
    assert.doesNotMatch(folder, /%25/);
    const kind = await message({ storagePool: 'datacenter1/datastores/datastore1' });
    assert.match(kind, /: datacenter1 has no datastores; it contains vm, host, datastore, network$/);
    const pool = await message({ resourcePool: 'datacenter1/host/cluster1' });
    assert.match(
      pool,
      /ClusterComputeResource, not a ResourcePool .*: write datacenter1\/host\/cluster1\/Resources$/,
    );
  });

  test('in a cluster without DRS the host of IAAS is used, and no host is an error', async () => {
    await vcenter.simulator.setDrs(false);
    await assert.rejects(vcenter.open().ensureMachine(spec('nowhere'), noProgress()), {
      code: 'Configuration',
      message: /InvalidArgument.*spec\.location\.host.*name a host with host=PATH in IAAS/,
    });
    const host = 'datacenter1/host/cluster1/DC0_C0_H1';
    await vcenter.open(withOptions(`host=${host}`)).ensureMachine(spec('hosted'), noProgress());
    assert.equal((await seen('hosted'))?.host, 'DC0_C0_H1');
  });

  test('a missing host, a cluster, or a host of another cluster is refused', async () => {
    await assert.rejects(vcenter.open(withOptions('host=datacenter1/host/cluster1/none')).check(), {
      code: 'Configuration',
      message: /^IAAS: host: datacenter1\/host\/cluster1\/none is not in vCenter/,
    });
    await assert.rejects(vcenter.open(withOptions('host=datacenter1/host/cluster1')).check(), {
      code: 'Configuration',
      message: /^IAAS: host: .* is a ClusterComputeResource, not a HostSystem/,
    });
    await assert.rejects(vcenter.open(withOptions('host=datacenter1/host/DC0_H0/DC0_H0')).check(), {
      code: 'Configuration',
      message: /^IAAS: host: .* is not a host of the cluster that VCENTER_RESOURCE_POOL is in/,
    });
  });

  test('a real vCenter would refuse none of the calls', async () => {
    assert.equal((await vcenter.simulator.state()).violations, null);
  });
});

import assert from 'node:assert/strict';
import { after, afterEach, before, suite, test } from 'node:test';
import { type MachineSpec, noProgress, type Provider } from '../../../src/providers/provider.ts';
import { createVsphereProvider, type VsphereOptions } from '../../../src/providers/vsphere/vsphere.ts';
import { skipWithoutGo } from './support/build.ts';
import { type Simulator, startSimulator } from './support/simulator.ts';
import { simulatorOptions } from './support/world.ts';

suite('a place for a machine', { skip: skipWithoutGo }, () => {
  let simulator: Simulator;
  const opened: Provider[] = [];

  before(async () => {
    simulator = await startSimulator();
  });
  afterEach(async () => {
    await simulator.clearFaults();
    await simulator.setDrs(true);
  });
  after(async () => {
    await Promise.all(opened.map((provider) => provider.close()));
    await simulator?.stop();
  });

  const open = (changes: Partial<VsphereOptions> = {}): Provider => {
    const provider = createVsphereProvider({ ...simulatorOptions(simulator), ...changes });
    opened.push(provider);
    return provider;
  };
  const withOptions = (options: string) => ({ iaas: `${simulator.iaas()}&${options}` });
  const spec = (name: string): MachineSpec => ({
    name: `cornac-${name}`,
    cpus: 1,
    memoryMiB: 512,
    diskGiB: 1,
  });
  const seen = async (name: string) =>
    (await simulator.state()).machines.find((machine) => machine.name === `cornac-${name}`);

  test('may have a name that vCenter escapes', async () => {
    const network = 'datacenter1/network/lan 10.0.0.0%2f24';
    const provider = open({ network, storagePool: 'shelf 2%2fb' });
    await provider.check();
    await provider.ensureMachine(spec('escaped'), noProgress());
    assert.deepEqual((await seen('escaped'))?.networks, ['lan 10.0.0.0/24']);
    await provider.resizeMachine({ ...spec('escaped'), diskGiB: 2 }, noProgress());
    assert.deepEqual((await seen('escaped'))?.disksGiB, [8, 2]);
    assert.match(String((await provider.lookForRoom('cornac-escaped'))[0]?.host), /shelf 2\/b$/);
  });

  test('that is not there may be one whose name was not escaped', async () => {
    await assert.rejects(open({ network: 'datacenter1/network/lan 10.0.0.0/24' }).check(), {
      code: 'Configuration',
      message:
        /is not in vCenter, or the account may not see it \(in names % is written %25, \/ %2f, \\ %5c\)/,
    });
  });

  test('is a host that IAAS names, in a cluster without DRS', async () => {
    await simulator.setDrs(false);
    await assert.rejects(open().ensureMachine(spec('nowhere'), noProgress()), {
      code: 'Configuration',
      message: /InvalidArgument.*spec\.location\.host.*name a host with host=PATH in IAAS/,
    });
    const host = 'datacenter1/host/cluster1/DC0_C0_H1';
    await open(withOptions(`host=${host}`)).ensureMachine(spec('hosted'), noProgress());
    assert.equal((await seen('hosted'))?.host, 'DC0_C0_H1');
  });

  test('is no host that is not there, or not one of the pool', async () => {
    await assert.rejects(open(withOptions('host=datacenter1/host/cluster1/none')).check(), {
      code: 'Configuration',
      message: /^IAAS: host: datacenter1\/host\/cluster1\/none is not in vCenter/,
    });
    await assert.rejects(open(withOptions('host=datacenter1/host/cluster1')).check(), {
      code: 'Configuration',
      message: /^IAAS: host: .* is a ClusterComputeResource, not a HostSystem/,
    });
    await assert.rejects(open(withOptions('host=datacenter1/host/DC0_H0/DC0_H0')).check(), {
      code: 'Configuration',
      message: /^IAAS: host: .* is not a host of the cluster that VCENTER_RESOURCE_POOL is in/,
    });
  });

  test('is told in nothing that a real vCenter would refuse', async () => {
    assert.equal((await simulator.state()).violations, null);
  });
});

import assert from 'node:assert/strict';
import { after, afterEach, before, suite, test } from 'node:test';
import { noProgress, type Provider } from '../../../src/providers/provider.ts';
import { createVsphereProvider } from '../../../src/providers/vsphere/vsphere.ts';
import { skipWithoutGo } from './support/build.ts';
import { type Simulator, startSimulator } from './support/simulator.ts';
import { simulatorOptions } from './support/world.ts';

suite('a machine is powered on by DRS', { skip: skipWithoutGo }, () => {
  const name = 'cornac-power';
  let simulator: Simulator;
  let provider: Provider;

  before(async () => {
    simulator = await startSimulator();
    provider = createVsphereProvider({ ...simulatorOptions(simulator), times: { restart: 100 } });
    await provider.ensureMachine({ name, cpus: 1, memoryMiB: 512, diskGiB: 1 }, noProgress());
  });
  afterEach(() => simulator.clearFaults());
  after(async () => {
    await provider?.close();
    await simulator?.stop();
  });

  const method = 'PowerOnMultiVM_Task';
  /** A start that comes to the end of its power on, whatever becomes of it then. */
  const start = async (tell: (message: string) => void = () => {}, by = provider) => {
    const enough = new AbortController();
    const report = (message: string) => {
      tell(message);
      if (/^waiting for/i.test(message)) enough.abort(new Error('it is on'));
    };
    return by.startMachine(name, { signal: enough.signal, report }).then(
      () => undefined,
      (error) => error,
    );
  };
  const isOn = async () =>
    (await simulator.state()).machines.find((machine) => machine.name === name)?.power === 'poweredOn';

  test('and fails with the fault of its own task', async () => {
    await simulator.fault({ method, times: 1, fault: 'InsufficientMemoryResourcesFault', attempt: 'failed' });
    assert.equal((await start())?.code, 'InsufficientCapacity');
    await simulator.fault({ method, times: 1, fault: 'NoPermission', attempt: 'failed' });
    assert.equal((await start())?.code, 'Unauthorized');
    assert.equal(await isOn(), false);
  });

  test('and fails where it finds no host, with the reason', async () => {
    await simulator.fault({ method, times: 1, fault: 'InsufficientCpuResourcesFault', attempt: 'refused' });
    const error = await start();
    assert.equal(error?.code, 'InsufficientCapacity');
    assert.match(error?.message, /InsufficientCpuResourcesFault: injected/);
  });

  test('and is tried again where that passes', async () => {
    await simulator.fault({ method, times: 1, fault: 'InvalidHostState', attempt: 'refused' });
    await simulator.fault({ method, times: 1, fault: 'HostNotConnected', attempt: 'failed' });
    await start();
    assert.equal(await isOn(), true);
    const { calls } = await simulator.state();
    assert.equal(calls.PowerOnVM_Task, undefined);
    await provider.stopMachine(name, noProgress());
  });

  test('or by a person who approves what DRS proposes, which is told', async () => {
    await simulator.fault({ method, times: 1, fault: 'SystemError', attempt: 'proposed' });
    let approved: Promise<void> | undefined;
    await start((message) => {
      if (/^Powering on: look whether DRS waits for an approval in vCenter$/.test(message)) {
        approved ??= simulator.change(name, { power: 'poweredOn' });
      }
    });
    assert.ok(approved, 'it was not told');
    await approved;
    assert.equal(await isOn(), true);
    await provider.stopMachine(name, noProgress());
  });

  test('and has all its time to boot, however long that took', async () => {
    const settings = { ...simulatorOptions(simulator), times: { restart: 100, boot: 60_000 } };
    const patient = createVsphereProvider(settings);
    await simulator.delayTasks({ PowerOnMultiVM: 4_000 });
    const told: string[] = [];
    try {
      const enough = new AbortController();
      const report = (message: string) => {
        told.push(message);
        if (/^waiting for (the guest of|SSH on) /.test(message)) enough.abort(new Error('it is on'));
      };
      await assert.rejects(patient.startMachine(name, { signal: enough.signal, report }), {
        message: 'it is on',
      });
    } finally {
      await simulator.delayTasks({});
      await patient.close();
    }
    const [, since, until] = / since (\S+), until (\S+) UTC/.exec(String(told.at(-1))) ?? [];
    const left = Date.parse(`2026-01-01T${until}Z`) - Date.parse(`2026-01-01T${since}Z`);
    // Midnight may lie between the two.
    assert.ok((left + 86_400_000) % 86_400_000 >= 58_000, told.join(' | '));
    await provider.stopMachine(name, noProgress());
  });

  test('or by its host, where the account may power on in its folder only', async () => {
    await simulator.fault({ method, times: 1, fault: 'NoPermission' });
    await start();
    assert.equal(await isOn(), true);
    assert.equal((await simulator.state()).calls.PowerOnVM_Task, 1);
    await provider.stopMachine(name, noProgress());
  });

  test('in the datacenter that it is in, where paths begin with a folder of datacenters', async () => {
    await simulator.moveDatacenter('europe');
    const options = simulatorOptions(simulator);
    const { machineOrigin, storagePool, network, resourcePool } = options;
    const moved = createVsphereProvider({
      ...options,
      machineOrigin: `europe/${machineOrigin}`,
      storagePool: `europe/${storagePool}`,
      network: `europe/${network}`,
      resourcePool: `europe/${resourcePool}`,
    });
    try {
      const { PowerOnVM_Task: before } = (await simulator.state()).calls;
      await start(() => {}, moved);
      assert.equal(await isOn(), true);
      assert.equal((await simulator.state()).calls.PowerOnVM_Task, before);
    } finally {
      await moved.close();
    }
  });

  test('with nothing that a real vCenter would refuse', async () => {
    assert.equal((await simulator.state()).violations, null);
  });
});

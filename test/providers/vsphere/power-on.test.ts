import assert from 'node:assert/strict';
import { afterEach, before, suite, test } from 'node:test';
import { noProgress, type Provider } from '../../../src/providers/provider.ts';
import { skipWithoutGo } from '../../support/vsphere/build.ts';
import { useSimulator } from '../../support/vsphere/use-simulator.ts';
import { simulatorOptions } from '../../support/vsphere/world.ts';

suite('powering on a machine through DRS', { skip: skipWithoutGo }, () => {
  const name = 'cornac-power';
  const vcenter = useSimulator();
  let provider: Provider;

  before(async () => {
    provider = vcenter.open({ times: { restart: 100 } });
    await provider.ensureMachine({ name, cpus: 1, memoryMiB: 512, diskGiB: 1 }, noProgress());
  });
  afterEach(() => vcenter.simulator.clearFaults());

  const method = 'PowerOnMultiVM_Task';
  /** Starts the machine and ends the wait after the power-on. */
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
    (await vcenter.simulator.state()).machines.find((machine) => machine.name === name)?.power ===
    'poweredOn';

  test("the start fails with the fault of the machine's own task", async () => {
    await vcenter.simulator.fault({
      method,
      times: 1,
      fault: 'InsufficientMemoryResourcesFault',
      attempt: 'failed',
    });
    assert.equal((await start())?.code, 'InsufficientCapacity');
    await vcenter.simulator.fault({ method, times: 1, fault: 'NoPermission', attempt: 'failed' });
    assert.equal((await start())?.code, 'Unauthorized');
    assert.equal(await isOn(), false);
  });

  test('the start fails with the reason when DRS finds no host', async () => {
    await vcenter.simulator.fault({
      method,
      times: 1,
      fault: 'InsufficientCpuResourcesFault',
      attempt: 'refused',
    });
    const error = await start();
    assert.equal(error?.code, 'InsufficientCapacity');
    assert.match(error?.message, /InsufficientCpuResourcesFault: injected/);
  });

  test('the start is retried after transient faults', async () => {
    await vcenter.simulator.fault({ method, times: 1, fault: 'InvalidHostState', attempt: 'refused' });
    await vcenter.simulator.fault({ method, times: 1, fault: 'HostNotConnected', attempt: 'failed' });
    await start();
    assert.equal(await isOn(), true);
    const { calls } = await vcenter.simulator.state();
    assert.equal(calls.PowerOnVM_Task, undefined);
    await provider.stopMachine(name, noProgress());
  });

  test('DRS waits for an approval: the start reports it and continues afterwards', async () => {
    await vcenter.simulator.fault({ method, times: 1, fault: 'SystemError', attempt: 'proposed' });
    let approved: Promise<void> | undefined;
    await start((message) => {
      if (/^Powering on: check whether DRS waits for an approval in vCenter$/.test(message)) {
        approved ??= vcenter.simulator.change(name, { power: 'poweredOn' });
      }
    });
    assert.ok(approved, 'it was not told');
    await approved;
    assert.equal(await isOn(), true);
    await provider.stopMachine(name, noProgress());
  });

  test('a slow power-on does not shorten the time to boot', async () => {
    const patient = vcenter.open({ times: { restart: 100, boot: 60_000 } });
    await vcenter.simulator.delayTasks({ PowerOnMultiVM: 4_000 });
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
      await vcenter.simulator.delayTasks({});
    }
    const [, since, until] = / since (\S+), until (\S+) UTC/.exec(String(told.at(-1))) ?? [];
    const left = Date.parse(`2026-01-01T${until}Z`) - Date.parse(`2026-01-01T${since}Z`);
    // Midnight may lie between the two times.
    assert.ok((left + 86_400_000) % 86_400_000 >= 58_000, told.join(' | '));
    await provider.stopMachine(name, noProgress());
  });

  test('an account with privileges only on the folder powers on without DRS', async () => {
    await vcenter.simulator.fault({ method, times: 1, fault: 'NoPermission' });
    await start();
    assert.equal(await isOn(), true);
    assert.equal((await vcenter.simulator.state()).calls.PowerOnVM_Task, 1);
    await provider.stopMachine(name, noProgress());
  });

  test('the datacenter is found below a folder of datacenters', async () => {
    await vcenter.simulator.moveDatacenter('europe');
    const { machineOrigin, storagePool, network, resourcePool } = simulatorOptions(vcenter.simulator);
    const moved = vcenter.open({
      machineOrigin: `europe/${machineOrigin}`,
      storagePool: `europe/${storagePool}`,
      network: `europe/${network}`,
      resourcePool: `europe/${resourcePool}`,
    });
    const { PowerOnVM_Task: before } = (await vcenter.simulator.state()).calls;
    await start(() => {}, moved);
    assert.equal(await isOn(), true);
    assert.equal((await vcenter.simulator.state()).calls.PowerOnVM_Task, before);
  });

  test('a real vCenter would refuse none of the calls', async () => {
    assert.equal((await vcenter.simulator.state()).violations, null);
  });
});

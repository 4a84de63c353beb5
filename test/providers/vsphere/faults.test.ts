import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, afterEach, before, suite, test } from 'node:test';
import {
  noProgress,
  type Progress,
  type Provider,
  type RunningMachine,
} from '../../../src/providers/provider.ts';
import { sh } from '../../../src/ssh/command.ts';
import { spec } from '../../support/local/world.ts';
import { skipWithoutRoot } from '../../support/vsphere/build.ts';
import type { FaultRule } from '../../support/vsphere/simulator.ts';
import { makeVsphereWorld, type VsphereWorld } from '../../support/vsphere/world.ts';

suite('a machine is made', { skip: skipWithoutRoot }, () => {
  let world: VsphereWorld;
  let provider: Provider;

  before(async () => {
    world = await makeVsphereWorld(2);
    provider = world.provider;
  });

  afterEach(async () => {
    await world.simulator.clearFaults();
    await world.simulator.delayTasks({});
    for (const { name } of await provider.listMachines()) {
      await provider.destroyMachine({ name }, noProgress());
    }
    const { guests, machines, violations } = await world.simulator.state();
    assert.deepEqual(guests, []);
    assert.deepEqual(
      machines.filter(({ name }) => name.startsWith('cornac-') && name !== 'cornac--origin'),
      [],
    );
    assert.equal(violations, null);
  });

  after(() => world?.remove());

  async function create(name: string, progress: Progress = noProgress()): Promise<RunningMachine> {
    await provider.ensureMachine(spec(name), progress);
    return provider.startMachine(name, progress);
  }

  async function isTheOnlyOne({ name, ssh }: RunningMachine): Promise<void> {
    assert.deepEqual(
      (await provider.listMachines()).map((machine) => machine.name),
      [name],
    );
    const { stdout } = await world.ssh.run(ssh, sh`hostname`);
    assert.equal(stdout, `${name}\n`, 'customization has set the host name');
  }

  /** Runs `act` at the first report that matches `when`. */
  function during(when: RegExp, act: () => Promise<void>): Progress & { happened: () => Promise<void> } {
    let happening: Promise<void> | undefined;
    return {
      ...noProgress(),
      report: (message) => {
        if (when.test(message)) happening ??= act();
      },
      happened: async () => {
        assert.ok(happening, 'it was never reported');
        await happening;
      },
    };
  }

  const faults: Record<string, FaultRule[]> = {
    'although the host is not connected twice while it is cloned': [
      { method: 'CloneVM_Task', times: 2, fault: 'HostNotConnected', task: true },
    ],
    'although the host is in a wrong state twice when it is powered on': [
      { method: 'PowerOnMultiVM_Task', times: 2, fault: 'InvalidHostState' },
    ],
    'although tasks are in progress': [
      { method: 'CustomizeVM_Task', times: 1, fault: 'TaskInProgress', task: true },
      { method: 'ReconfigVM_Task', times: 1, fault: 'TaskInProgress' },
    ],
    'although the answer to the clone is lost': [{ method: 'CloneVM_Task', times: 1, lost: true }],
    'although the answers to all other changes are lost': [
      { method: 'CustomizeVM_Task', times: 1, lost: true },
      { method: 'ReconfigVM_Task', times: 2, lost: true },
      { method: 'PowerOnMultiVM_Task', times: 1, lost: true },
      { method: 'Destroy_Task', times: 1, lost: true },
    ],
    'although the session ends at every kind of call': [
      { method: 'FindByInventoryPath', times: 1, fault: 'NotAuthenticated' },
      { method: 'RetrievePropertiesEx', skip: 3, times: 1, fault: 'NotAuthenticated' },
      { method: 'CloneVM_Task', times: 1, fault: 'NotAuthenticated' },
      { method: 'CreateFilter', times: 1, fault: 'NotAuthenticated' },
      { method: 'WaitForUpdatesEx', times: 1, fault: 'NotAuthenticated' },
      { method: 'PowerOnMultiVM_Task', times: 1, fault: 'NotAuthenticated' },
    ],
  };
  for (const [name, rules] of Object.entries(faults)) {
    test(name, async () => {
      for (const rule of rules) await world.simulator.fault(rule);
      await isTheOnlyOne(await create('cornac-faults'));
    });
  }

  test('although the session ends during the clone', async () => {
    await world.simulator.delayTasks({ CloneVm: 1_000 });
    const progress = during(/^Cloning/, () => world.simulator.expireSessions());
    await isTheOnlyOne(await create('cornac-session', progress));
    await progress.happened();
  });

  test('although the network is cut for 20 seconds during the clone', async () => {
    await world.simulator.delayTasks({ CloneVm: 2_000 });
    const progress = during(/^Cloning/, () => world.simulator.cutNetwork(20_000));
    await isTheOnlyOne(await create('cornac-cut', progress));
    await progress.happened();
    assert.equal(
      (await world.simulator.state()).clones?.filter(({ name }) => name === 'cornac-cut').length,
      1,
    );
  });

  test('although the worker is killed during the clone, and no second clone begins', async () => {
    await world.simulator.delayTasks({ CloneVm: 3_000 });
    const worker = spawn(
      process.execPath,
      [
        '--import',
        'tsx',
        new URL('../../support/vsphere/creator.ts', import.meta.url).pathname,
        'cornac-killed',
      ],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    worker.stdin.end(JSON.stringify(world.options()));
    const [line] = (await once(createInterface(worker.stdout), 'line')) as [string];
    worker.kill('SIGKILL');
    await once(worker, 'exit');
    assert.equal(await provider.findMachine('cornac-killed'), undefined, 'it is still being cloned');

    await isTheOnlyOne(await create('cornac-killed', { ...noProgress(), resume: JSON.parse(line) }));
    assert.equal(
      (await world.simulator.state()).clones?.filter(({ name }) => name === 'cornac-killed').length,
      1,
    );
  });

  test('although vCenter has forgotten the task that the previous worker left', async () => {
    await isTheOnlyOne(await create('cornac-forgotten', { ...noProgress(), resume: { task: 'task-0' } }));
  });

  test('eight times concurrently', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `cornac-${index}`);
    const machines = await Promise.all(names.map((name) => create(name)));
    assert.equal(new Set(machines.map(({ ssh }) => ssh.host)).size, 8);
    assert.equal(new Set(machines.map(({ ssh }) => ssh.hostKey)).size, 8);
    assert.deepEqual((await provider.listMachines()).map(({ name }) => name).sort(), names);
    await Promise.all(names.map((name) => provider.destroyMachine({ name }, noProgress())));
  });

  test('not when the caller aborts: the clone is cancelled', async () => {
    await world.simulator.delayTasks({ CloneVm: 500 });
    const caller = new AbortController();
    const progress = { signal: caller.signal, report: () => caller.abort(new Error('enough')) };
    await assert.rejects(provider.ensureMachine(spec('cornac-aborted'), progress), { message: 'enough' });
    assert.equal((await world.simulator.state()).calls.CancelTask, 1);
    // vcsim finishes a cancelled clone, as a real vCenter does with a clone that is almost complete.
    while (!(await provider.findMachine('cornac-aborted')));
  });

  test('not without the privilege to power on: the error is Unauthorized', async () => {
    for (const method of ['PowerOnMultiVM_Task', 'PowerOnVM_Task']) {
      await world.simulator.fault({ method, times: 100, fault: 'NoPermission' });
    }
    await assert.rejects(create('cornac-never'), { code: 'Unauthorized', retryable: false });
  });
});

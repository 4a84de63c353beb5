import assert from 'node:assert/strict';
import { afterEach, before, suite, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type MachineSpec,
  noProgress,
  type Progress,
  type Provider,
} from '../../../src/providers/provider.ts';
import { compare } from '../../../src/reconcile/compare.ts';
import { describeFinding } from '../../../src/reconcile/describe.ts';
import { newInstance } from '../../support/inventory.ts';
import { skipWithoutGo } from '../../support/vsphere/build.ts';
import type { MachineChange } from '../../support/vsphere/simulator.ts';
import { useSimulator } from '../../support/vsphere/use-simulator.ts';

suite('a machine that vCenter cannot read', { skip: skipWithoutGo }, () => {
  const name = 'cornac-a';
  const spec: MachineSpec = { name, cpus: 1, memoryMiB: 512, diskGiB: 1, owner: 'db-A' };
  const vcenter = useSimulator();
  let provider: Provider;

  before(async () => {
    provider = vcenter.open();
    await provider.ensureMachine(spec, noProgress());
  });
  afterEach(async () => {
    await vcenter.simulator.delayTasks({});
    await vcenter.simulator.change(name, { connection: 'connected', unread: false });
  });

  const unavailable = (message: RegExp) => ({ code: 'Unavailable', retryable: true, message });
  const found = async (by: Provider) => (await by.listMachines()).find((machine) => machine.name === name);
  const clones = async () => (await vcenter.simulator.state()).clones?.length;

  const unreadable: Record<string, [MachineChange, RegExp]> = {
    'because its files are inaccessible': [
      { connection: 'inaccessible' },
      /^vCenter cannot reach cornac-a \(inaccessible\): its host \S+ cannot read its files: check the datastore$/,
    ],
    'because its host no longer has it': [{ connection: 'orphaned' }, /its host \S+ no longer knows it/],
    'because its configuration is damaged': [{ connection: 'invalid' }, /cannot parse its configuration/],
    'although it is connected and not being cloned': [
      { unread: true },
      /no configuration of it, although it is not being cloned/,
    ],
  };
  for (const [why, [change, message]] of Object.entries(unreadable)) {
    test(`a machine unreadable ${why} is listed, and every operation on it fails`, async () => {
      await vcenter.simulator.change(name, change);
      // A provider that knows the machine, and a provider that sees it for the first time.
      for (const by of [provider, vcenter.open()]) {
        const before = await clones();
        const error = unavailable(message);
        await assert.rejects(by.findMachine(name), error);
        await assert.rejects(by.ensureMachine(spec, noProgress()), error);
        await assert.rejects(by.startMachine(name, noProgress()), error);
        await assert.rejects(by.stopMachine(name, noProgress()), error);
        await assert.rejects(by.resizeMachine({ ...spec, diskGiB: 2 }, noProgress()), error);
        await assert.rejects(by.destroyMachine(spec, noProgress()), error);
        assert.equal((await found(by))?.paused?.reason, 'unreachable');
        assert.equal((await by.lookAtMachine(name))?.paused?.reason, 'unreachable');
        assert.equal(await clones(), before);
      }
      await vcenter.simulator.change(name, { connection: 'connected', unread: false });
      assert.deepEqual(await found(provider), { name, owner: 'db-A', state: 'stopped', diskGiB: 1 });
    });
  }

  test('an unreadable machine is reported neither as gone nor as an orphan', async () => {
    await vcenter.simulator.change(name, { connection: 'inaccessible' });
    const machines = await provider.listMachines();
    const instance = newInstance('a', { status: 'available', availableAt: new Date(), address: '127.9.9.9' });
    const [finding, ...others] = compare([instance], machines, new Map());
    assert.ok(finding);
    assert.deepEqual(others, []);
    assert.equal(
      describeFinding(finding),
      'a: its machine cornac-a is unreachable for vCenter (inaccessible): its host cannot read its files: check the datastore; Cornac does nothing until it is readable again',
    );
    // Its owner is unknown, so it may be foreign.
    assert.deepEqual(compare([], machines, new Map()), []);
    assert.deepEqual(compare([newInstance('a', { status: 'stopped' })], machines, new Map()), []);
  });

  test("an unreadable machine that vCenter names by its own file's path keeps its name", async () => {
    const path = '%2fvmfs%2fvolumes%2f5f1e-77%2fcornac-a%2fcornac-a.vmx';
    await vcenter.simulator.change(name, { connection: 'inaccessible', rename: path });
    try {
      for (const by of [provider, vcenter.open()]) {
        await assert.rejects(by.ensureMachine(spec, noProgress()), unavailable(/cornac-a \(inaccessible\)/));
        assert.equal((await found(by))?.paused?.reason, 'unreachable');
      }
    } finally {
      await vcenter.simulator.change(path, { rename: name, connection: 'connected' });
    }
  });

  test("an unreadable machine that vCenter names by another file's path is known to earlier finders", async () => {
    const path = '%2fvmfs%2fvolumes%2f5f1e-77%2fold%2fold.vmx';
    await provider.findMachine(name);
    await vcenter.simulator.change(name, { connection: 'inaccessible', rename: path });
    try {
      await assert.rejects(provider.findMachine(name), unavailable(/cornac-a \(inaccessible\)/));
      assert.equal((await found(provider))?.paused?.reason, 'unreachable');
    } finally {
      await vcenter.simulator.change(path, { rename: name, connection: 'connected' });
    }
  });

  test('an unreadable origin: existing machines are managed, and no machine is made', async () => {
    const origin = 'cornac--origin';
    await vcenter.simulator.change(origin, { connection: 'inaccessible' });
    const error = unavailable(
      /^MACHINE_ORIGIN: vCenter cannot read the origin \(inaccessible\): its host cannot read its files/,
    );
    await assert.rejects(provider.ensureMachine({ ...spec, name: 'cornac-new' }, noProgress()), error);
    await assert.rejects(provider.listEngineVersions(), error);
    await provider.resizeMachine({ ...spec, memoryMiB: 1024 }, noProgress());
    assert.equal((await provider.findMachine(name))?.state, 'stopped');
    await vcenter.simulator.change(origin, { connection: 'connected' });
  });

  test('an unreadable machine does not prevent others from being made', async () => {
    await vcenter.simulator.change(name, { connection: 'inaccessible' });
    const other = { ...spec, name: 'cornac-other', owner: 'db-OTHER' };
    await provider.ensureMachine(other, noProgress());
    await provider.destroyMachine(other, noProgress());
  });

  /** Starts a clone that ends only by an abort. */
  async function cloneSlowly(slow: string): Promise<AbortController> {
    await vcenter.simulator.delayTasks({ CloneVm: 60_000 });
    const caller = new AbortController();
    await new Promise<void>((begun) => {
      const report: Progress['report'] = (_message, resume) => resume && begun();
      const progress = { signal: caller.signal, report };
      vcenter
        .open()
        .ensureMachine({ ...spec, name: slow }, progress)
        .catch(() => {});
    });
    return caller;
  }

  test('a machine that once was complete does not count as a running clone of another machine', async () => {
    await provider.findMachine(name);
    const caller = await cloneSlowly('cornac-other-clone');
    await vcenter.simulator.change(name, { unread: true });
    const error = unavailable(/cornac-a \(connected\): vCenter has no configuration of it/);
    await assert.rejects(provider.findMachine(name), error);
    await assert.rejects(provider.stopMachine(name, noProgress()), error);
    assert.match(String((await found(provider))?.paused?.detail), /\(connected\)/);
    assert.equal((await provider.lookAtMachine(name))?.paused?.reason, 'unreachable');
    caller.abort(new Error('enough'));
  });

  test('an incomplete machine during a clone is waited for, without a new listing each time', async () => {
    const caller = await cloneSlowly('cornac-slow');
    await vcenter.simulator.change(name, { unread: true });

    const fresh = vcenter.open();
    assert.equal(await fresh.findMachine(name), undefined, 'it is still being cloned');
    // It may also be a machine that once was complete, so it is not reported as gone.
    for (const seen of [await found(fresh), await fresh.lookAtMachine(name)]) {
      assert.match(String(seen?.paused?.detail), /\(being cloned\): vCenter has no configuration of it yet/);
    }
    await assert.rejects(fresh.stopMachine(name, noProgress()), { code: 'OriginBusy' });
    await assert.rejects(fresh.destroyMachine(spec, noProgress()), { code: 'OriginBusy' });
    const pages = async () => (await vcenter.simulator.state()).calls.ContinueRetrievePropertiesEx ?? 0;
    const before = await pages();
    const told: string[] = [];
    const made = fresh.ensureMachine(spec, { ...noProgress(), report: (message) => told.push(message) });
    while (told.filter((message) => /is being cloned/.test(message)).length < 2) await delay(20);
    assert.equal(await pages(), before);
    await vcenter.simulator.change(name, { unread: false });
    assert.equal((await made).owner, 'db-A');
    caller.abort(new Error('enough'));
  });
});

import assert from 'node:assert/strict';
import { after, afterEach, before, suite, test } from 'node:test';
import { noProgress, type Provider } from '../../../../src/providers/provider.ts';
import { createVsphereProvider, type VsphereOptions } from '../../../../src/providers/vsphere/vsphere.ts';
import { spec } from '../../local/support.ts';
import { skipWithoutGo } from '../support/build.ts';
import { type Simulator, startSimulator } from '../support/simulator.ts';
import { simulatorOptions } from '../support/world.ts';

suite('a read of many machines', { skip: skipWithoutGo }, () => {
  const names = ['cornac-a', 'cornac-b', 'cornac-c'];
  let simulator: Simulator;
  const opened: Provider[] = [];

  const open = (changes: Partial<VsphereOptions> = {}): Provider => {
    const iaas = simulator.iaas(`ca=${simulator.caFile}&folder=datacenter1/vm/databases`);
    const made = createVsphereProvider({ ...simulatorOptions(simulator), iaas, ...changes });
    opened.push(made);
    return made;
  };

  before(async () => {
    simulator = await startSimulator();
    for (const name of names) await open().ensureMachine(spec(name), noProgress());
  });
  afterEach(() => simulator.clearFaults());
  after(async () => {
    await Promise.all(opened.map((each) => each.close()));
    await simulator?.stop();
  });

  const next = 'ContinueRetrievePropertiesEx';
  const calls = async (method: string) => (await simulator.state()).calls[method] ?? 0;
  const listed = async (by: Provider) => (await by.listMachines()).map(({ name }) => name).sort();

  test('comes page by page', async () => {
    const before = await calls(next);
    assert.deepEqual(await listed(open()), names);
    assert.ok((await calls(next)) > before + 1);
  });

  test('comes at once where the account may see the first page only, and asks for no second one again', async () => {
    await simulator.fault({ method: next, times: 1000, fault: 'NoPermission' });
    const provider = open();
    await provider.check();
    assert.deepEqual(await listed(provider), names);
    assert.equal((await provider.findMachine('cornac-b'))?.name, 'cornac-b');
    const before = await calls(next);
    assert.deepEqual(await listed(provider), names);
    assert.equal(await calls(next), before);
  });

  const interruptions = {
    'the session ends between two pages': { fault: 'NotAuthenticated' },
    'a page is lost on its way': { lost: true },
  };
  for (const [what, how] of Object.entries(interruptions)) {
    test(`begins again where ${what}`, async () => {
      await simulator.fault({ method: next, skip: 1, times: 1, ...how });
      assert.deepEqual(await listed(open()), names);
    });
  }

  /** All that are in another folder than ours: there are enough for each page to have one. */
  async function hideOthers(hidden: boolean): Promise<void> {
    for (const { name, folder } of (await simulator.state()).machines) {
      if (!name.startsWith('cornac-') && folder !== 'databases') await simulator.change(name, { hidden });
    }
  }

  test('goes without machines of others that the account may not see', async () => {
    for (const hidden of [true, false]) {
      await hideOthers(hidden);
      assert.deepEqual(await listed(open()), names);
    }
  });

  test('says which of ours the account may not see', async () => {
    const provider = open();
    await provider.findMachine('cornac-c');
    await simulator.change('cornac-c', { hidden: true });
    await assert.rejects(provider.findMachine('cornac-c'), {
      code: 'Unauthorized',
      message: /the account lacks the privilege System\.View on VirtualMachine:vm-\d+\)$/,
    });
    await simulator.change('cornac-c', { hidden: false });
  });

  test('tells what room there is beside machines that the account may not see', async () => {
    await hideOthers(true);
    const [room] = await open().lookForRoom('cornac-d');
    assert.ok(room && 'machines' in room);
    assert.deepEqual([...room.machines.keys()].sort(), names);
    await hideOthers(false);
  });

  test('sends nothing that a real vCenter would refuse', async () => {
    assert.equal((await simulator.state()).violations, null);
  });
});

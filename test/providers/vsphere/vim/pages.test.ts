import assert from 'node:assert/strict';
import { afterEach, before, suite, test } from 'node:test';
import { noProgress, type Provider } from '../../../../src/providers/provider.ts';
import type { VsphereOptions } from '../../../../src/providers/vsphere/vsphere.ts';
import { spec } from '../../../support/local/world.ts';
import { skipWithoutGo } from '../../../support/vsphere/build.ts';
import { useSimulator } from '../../../support/vsphere/use-simulator.ts';

suite('a read of many machines', { skip: skipWithoutGo }, () => {
  const names = ['cornac-a', 'cornac-b', 'cornac-c'];
  const vcenter = useSimulator();

  const open = (changes: Partial<VsphereOptions> = {}): Provider => {
    const iaas = vcenter.simulator.iaas(`ca=${vcenter.simulator.caFile}&folder=datacenter1/vm/databases`);
    return vcenter.open({ iaas, ...changes });
  };

  before(async () => {
    for (const name of names) await open().ensureMachine(spec(name), noProgress());
  });
  afterEach(() => vcenter.simulator.clearFaults());

  const next = 'ContinueRetrievePropertiesEx';
  const calls = async (method: string) => (await vcenter.simulator.state()).calls[method] ?? 0;
  const listed = async (by: Provider) => (await by.listMachines()).map(({ name }) => name).sort();

  test('machines are read page by page', async () => {
    const before = await calls(next);
    assert.deepEqual(await listed(open()), names);
    assert.ok((await calls(next)) > before + 1);
  });

  test('an account without the second page: machines are read at once, and no second page is requested again', async () => {
    await vcenter.simulator.fault({ method: next, times: 1000, fault: 'NoPermission' });
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
    test(`the read begins again when ${what}`, async () => {
      await vcenter.simulator.fault({ method: next, skip: 1, times: 1, ...how });
      assert.deepEqual(await listed(open()), names);
    });
  }

  /** Hides all machines outside the tests' own folder. They are enough for each page to contain one. */
  async function hideOthers(hidden: boolean): Promise<void> {
    for (const { name, folder } of (await vcenter.simulator.state()).machines) {
      if (!name.startsWith('cornac-') && folder !== 'databases') {
        await vcenter.simulator.change(name, { hidden });
      }
    }
  }

  test('hidden foreign machines are left out', async () => {
    for (const hidden of [true, false]) {
      await hideOthers(hidden);
      assert.deepEqual(await listed(open()), names);
    }
  });

  test("a hidden machine of Cornac's is an error that names it", async () => {
    const provider = open();
    await provider.findMachine('cornac-c');
    await vcenter.simulator.change('cornac-c', { hidden: true });
    await assert.rejects(provider.findMachine('cornac-c'), {
      code: 'Unauthorized',
      message: /the account lacks the privilege System\.View on VirtualMachine:vm-\d+\)$/,
    });
    await vcenter.simulator.change('cornac-c', { hidden: false });
  });

  test('room is found despite hidden machines', async () => {
    await hideOthers(true);
    const [room] = await open().lookForRoom('cornac-d');
    assert.ok(room && 'machines' in room);
    assert.deepEqual([...room.machines.keys()].sort(), names);
    await hideOthers(false);
  });

  test('a real vCenter would refuse none of the calls', async () => {
    assert.equal((await vcenter.simulator.state()).violations, null);
  });
});

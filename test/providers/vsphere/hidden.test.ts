import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { type MachineSpec, noProgress, type Provider } from '../../../src/providers/provider.ts';
import { skipWithoutGo } from '../../support/vsphere/build.ts';
import { useSimulator } from '../../support/vsphere/use-simulator.ts';

suite('a machine that the account may not see', { skip: skipWithoutGo }, () => {
  const name = 'cornac-a';
  const spec: MachineSpec = { name, cpus: 1, memoryMiB: 512, diskGiB: 1, owner: 'db-A' };
  const vcenter = useSimulator();

  before(async () => {
    const provider = open();
    await provider.ensureMachine(spec, noProgress());
    await provider.ensureMachine({ ...spec, name: 'cornac-b', owner: 'db-B' }, noProgress());
  });

  const open = (): Provider => {
    const iaas = vcenter.simulator.iaas(`ca=${vcenter.simulator.caFile}&folder=datacenter1/vm/databases`);
    return vcenter.open({ iaas });
  };
  const names = async () => (await vcenter.simulator.state()).machines.map((machine) => machine.name);

  const ways: Record<string, [(hidden: boolean) => Promise<void>, string]> = {
    'by the permission on the machine': [
      (hidden) => vcenter.simulator.change(name, { hidden }),
      'Unauthorized',
    ],
    // vCenter does not distinguish such a folder from a missing one.
    'by the permission on its folder': [
      (hidden) => vcenter.simulator.hide('Folder', 'databases', hidden),
      'Configuration',
    ],
  };
  for (const [why, [hide, code]] of Object.entries(ways)) {
    test(`a machine hidden ${why} is not reported as missing, and every delete fails`, async () => {
      const knowing = open();
      await knowing.listMachines();
      await knowing.findMachine(name);
      await hide(true);
      try {
        const fresh = open();
        for (const [by, expected] of [
          [knowing, 'Unauthorized'],
          [fresh, code],
        ] as const) {
          await assert.rejects(by.findMachine(name), { code: expected });
          await assert.rejects(by.lookAtMachine(name), { code: expected });
          await assert.rejects(by.stopMachine(name, noProgress()), { code: expected });
          await assert.rejects(by.destroyMachine(spec, noProgress()), { code: expected });
        }
        await assert.rejects(fresh.listMachines(), { code });
      } finally {
        await hide(false);
      }
      assert.ok((await names()).includes(name));
      assert.equal((await knowing.findMachine(name))?.owner, 'db-A');
    });
  }

  test('a known machine that becomes hidden is listed as unreachable, with the others', async () => {
    const knowing = open();
    for (const each of [name, 'cornac-b']) await knowing.findMachine(each);
    await vcenter.simulator.change(name, { hidden: true });
    try {
      const listed = await knowing.listMachines();
      assert.deepEqual(listed.map((machine) => [machine.name, machine.paused?.reason]).sort(), [
        [name, 'unreachable'],
        ['cornac-b', undefined],
      ]);
      assert.match(
        String(listed.find((machine) => machine.name === name)?.paused?.detail),
        /\(hidden\): the account may not see it: give the account its role there again$/,
      );
      assert.equal(await knowing.findMachine('cornac-none'), undefined, 'the hidden one is another');
    } finally {
      await vcenter.simulator.change(name, { hidden: false });
    }
  });

  test('a hidden machine outside the folder of new machines does not count', async () => {
    await vcenter.simulator.change('origin-without-nic', { hidden: true });
    const fresh = open();
    assert.equal(await fresh.findMachine('cornac-none'), undefined);
    assert.equal((await fresh.listMachines()).length, 2);
  });

  test('a deleted machine is forgotten', async () => {
    const knowing = open();
    await knowing.findMachine(name);
    await open().destroyMachine(spec, noProgress());
    assert.deepEqual(
      (await knowing.listMachines()).map((machine) => machine.name),
      ['cornac-b'],
    );
    assert.equal(await knowing.findMachine(name), undefined);
  });

  test('a real vCenter would refuse none of the calls', async () => {
    assert.equal((await vcenter.simulator.state()).violations, null);
  });
});

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { noProgress } from '../../../src/providers/provider.ts';
import { skipWithoutGo } from '../../support/vsphere/build.ts';
import { useSimulator } from '../../support/vsphere/use-simulator.ts';

suite("a machine's folder", { skip: skipWithoutGo }, () => {
  const vcenter = useSimulator();

  const inDatabases = () => ({
    iaas: vcenter.simulator.iaas(`ca=${vcenter.simulator.caFile}&folder=datacenter1/vm/databases`),
  });
  const spec = (name: string, owner?: string) => ({
    name: `cornac-${name}`,
    cpus: 1,
    memoryMiB: 512,
    diskGiB: 1,
    ...(owner && { owner }),
  });
  const folders = async (name: string) =>
    (await vcenter.simulator.state()).machines
      .filter((machine) => machine.name === `cornac-${name}`)
      .map(({ folder }) => folder);

  test('a machine is found in its folder after the origin has moved to another folder', async () => {
    await vcenter.open().ensureMachine(spec('old', 'db-OLD'), noProgress());
    await vcenter.open(inDatabases()).ensureMachine(spec('other'), noProgress());
    const moved = vcenter.open({ machineOrigin: 'datacenter1/vm/databases/next-origin' });

    assert.equal((await moved.findMachine('cornac-old'))?.owner, 'db-OLD');
    const listed = (await moved.listMachines()).map(({ name }) => name);
    assert.deepEqual(listed.sort(), ['cornac-old', 'cornac-other']);
    await moved.resizeMachine({ ...spec('old'), diskGiB: 2 }, noProgress());
    assert.equal((await moved.ensureMachine(spec('old', 'db-OLD'), noProgress())).diskGiB, 2);
    assert.deepEqual(await folders('old'), ['templates']);

    await moved.ensureMachine(spec('new', 'db-NEW'), noProgress());
    assert.deepEqual(await folders('new'), ['databases']);

    await moved.destroyMachine({ name: 'cornac-old', owner: 'db-OLD' }, noProgress());
    assert.deepEqual(await folders('old'), []);
    assert.equal(await moved.findMachine('cornac-old'), undefined);
  });

  test('a machine is managed although the origin is gone', async () => {
    await vcenter.open().ensureMachine(spec('orphaned'), noProgress());
    const lost = vcenter.open({ machineOrigin: 'datacenter1/vm/templates/nothing' });
    assert.equal((await lost.findMachine('cornac-orphaned'))?.state, 'stopped');
    assert.ok((await lost.listMachines()).some(({ name }) => name === 'cornac-orphaned'));
    await lost.stopMachine('cornac-orphaned', noProgress());
    await lost.destroyMachine({ name: 'cornac-orphaned' }, noProgress());
    assert.deepEqual(await folders('orphaned'), []);
    await assert.rejects(lost.ensureMachine(spec('more'), noProgress()), { code: 'OriginNotFound' });
  });

  test('a machine is left alone by another Cornac with the same machine name', async () => {
    await vcenter.open().ensureMachine(spec('twin', 'db-ONE'), noProgress());
    await assert.rejects(vcenter.open(inDatabases()).ensureMachine(spec('twin', 'db-TWO'), noProgress()), {
      code: 'Conflict',
      message: /belongs to another instance, db-ONE/,
    });
    await assert.rejects(vcenter.open(inDatabases()).ensureMachine(spec('twin'), noProgress()), {
      code: 'Conflict',
      message: /in another folder/,
    });
    await vcenter.open(inDatabases()).destroyMachine({ name: 'cornac-twin', owner: 'db-TWO' }, noProgress());
    assert.deepEqual(await folders('twin'), ['templates']);
  });
});

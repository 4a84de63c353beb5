import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { CALL, newInstance, startTestInventory, VERIFIER } from '../support/inventory.ts';

const { inventory, createAvailable, close } = await startTestInventory();
after(close);

async function makeGroup(name: string) {
  const group = { name, family: 'postgres15', description: 'x', parameters: {}, tags: [] };
  return inventory.parameterGroups.create(group, CALL);
}

const GONE = { name: 'gone', parameters: {} };

test('an instance whose group was deleted since the request read it is not made', async () => {
  const wanted = newInstance('late', { parameterGroup: GONE });
  await assert.rejects(inventory.instances.create(wanted, VERIFIER, CALL), {
    code: 'DBParameterGroupNotFound',
    message: 'DBParameterGroup not found: gone',
  });
  assert.equal(await inventory.instances.find({ identifier: 'late' }), undefined);
});

test('an instance does not get a group that was deleted since the request read it', async () => {
  const { dbiResourceId } = await createAvailable('later');
  const change = inventory.instances.change({ dbiResourceId }, CALL, () => ({
    patch: { parameterGroup: GONE },
  }));
  await assert.rejects(change, { code: 'DBParameterGroupNotFound' });
});

test('the list of instances shows a change of their group, though their rows are the same', async () => {
  const parameterGroup = await makeGroup('watched');
  const { dbiResourceId } = await createAvailable('watcher');
  await inventory.instances.change({ dbiResourceId }, CALL, () => ({ patch: { parameterGroup } }));
  const read = async () =>
    (await inventory.instances.list()).find((each) => each.dbiResourceId === dbiResourceId)?.parameterGroup;
  assert.deepEqual((await read())?.parameters, {});
  const parameters = { work_mem: { value: '64', applyMethod: 'immediate' } } as const;
  await inventory.parameterGroups.change('watched', CALL, () => ({ parameters }));
  assert.deepEqual((await read())?.parameters, parameters);
});

test('no operation begins for an instance that another operation holds, or that is stopped', async () => {
  const parameterGroup = await makeGroup('busy');
  const { dbiResourceId: held } = await createAvailable('held');
  const patch = { parameterGroup, appliedParameters: { group: 'busy', values: {} } };
  await inventory.instances.change({ dbiResourceId: held }, CALL, () => ({
    patch,
    operation: { type: 'rebootDbInstance' },
  }));
  const { dbiResourceId: stopped } = await createAvailable('stopped');
  await inventory.instances.change({ dbiResourceId: stopped }, CALL, () => ({
    patch: { ...patch, status: 'stopped' },
  }));
  const { dbiResourceId: idle } = await createAvailable('idle');
  await inventory.instances.change({ dbiResourceId: idle }, CALL, () => ({ patch }));
  await inventory.parameterGroups.change('busy', CALL, () => ({
    parameters: { work_mem: { value: '64', applyMethod: 'immediate' } },
  }));
  assert.deepEqual(await inventory.parameterUpkeep.begin(CALL, 'watched'), []);
  assert.deepEqual(await inventory.parameterUpkeep.begin(CALL, 'busy'), ['idle']);
  assert.deepEqual(await inventory.parameterUpkeep.begin(CALL, 'busy'), [], 'a second call begins nothing');
  const found = await inventory.instances.find({ identifier: 'idle' });
  assert.equal(found?.status, 'available', 'users need not wait');
});

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { DeleteDBInstanceResult } from '@aws-sdk/client-rds';
import { createDBInstance } from '../../../../src/api/rds/db-instance/create.ts';
import { deleteDBInstance } from '../../../../src/api/rds/db-instance/delete.ts';
import { operationRef } from '../../../../src/model/operation/operation.ts';
import { startTestApi, WALK_THROUGH } from '../../../support/api/api.ts';

const api = await startTestApi();
after(() => api.close());

function create(DBInstanceIdentifier: string, members: object = {}) {
  return api.call(createDBInstance, { ...WALK_THROUGH, DBInstanceIdentifier, ...members });
}
function remove(DBInstanceIdentifier: string, members: object = { SkipFinalSnapshot: true }) {
  return api.call<DeleteDBInstanceResult>(deleteDBInstance, { DBInstanceIdentifier, ...members });
}

test('an available instance is deleted', async () => {
  await create('available');
  await api.finish('available');
  const { DBInstance } = await remove('Available', {
    SkipFinalSnapshot: true,
    DeleteAutomatedBackups: false,
  });
  assert.equal(DBInstance?.DBInstanceStatus, 'deleting');
  assert.equal((await api.findOperation('available'))?.type, 'deleteDbInstance');
});

test('an instance in creation is deleted, and its creation is overtaken', async () => {
  await create('creating');
  const creation = await api.findOperation('creating');
  await remove('creating');
  assert.ok(creation);
  const ref = operationRef(creation);
  assert.equal(
    await api.inventory.operations.begin(ref),
    undefined,
    'its creation has nothing to do any more',
  );
  assert.equal((await api.findOperation('creating'))?.type, 'deleteDbInstance');
});

for (const status of ['stopped', 'failed'] as const) {
  test(`an instance in status ${status} is deleted`, async () => {
    await create(status);
    await api.finish(status, status);
    assert.equal((await remove(status)).DBInstance?.DBInstanceStatus, 'deleting');
  });
}

test('a delete keeps the automated backups of which one can be restored, where it is told to', async () => {
  const keep = { DeleteAutomatedBackups: false };
  for (const name of ['kept', 'too-young', 'not-kept']) {
    await create(name, { BackupRetentionPeriod: 1 });
    await api.finish(name);
    const { dbiResourceId = '' } = (await api.inventory.instances.find({ identifier: name })) ?? {};
    if (name !== 'too-young') await api.inventory.upkeep.noteRestorable(dbiResourceId, new Date());
  }
  await remove('kept', { FinalDBSnapshotIdentifier: 'kept-last', ...keep });
  await remove('too-young', { SkipFinalSnapshot: true, ...keep });
  await remove('not-kept', { SkipFinalSnapshot: true });
  const inputs = await Promise.all(
    ['kept', 'too-young', 'not-kept'].map(async (name) => (await api.findOperation(name))?.input),
  );
  assert.deepEqual(inputs, [{ finalSnapshot: true, retainBackups: true }, {}, {}]);
});

test('the second delete of an instance is refused', async () => {
  await create('twice');
  await remove('twice');
  await assert.rejects(remove('twice'), {
    code: 'InvalidDBInstanceState',
    message: 'Instance twice is already being deleted.',
  });
});

test('a protected instance is not deleted', async () => {
  await create('guarded', { DeletionProtection: true });
  await assert.rejects(remove('guarded'), {
    code: 'InvalidParameterCombination',
    message: 'Cannot delete protected DB Instance, please disable deletion protection and try again.',
  });
  assert.equal((await api.inventory.instances.find({ identifier: 'guarded' }))?.status, 'creating');
});

// RDS looks at the instance first; Terraform's provider then turns the protection off by itself.
for (const members of [
  {},
  { SkipFinalSnapshot: false },
  { SkipFinalSnapshot: true, FinalDBSnapshotIdentifier: 'x' },
]) {
  const title = JSON.stringify(members);
  test(`missing or protected comes before the final snapshot: ${title}`, async () => {
    const name = `order${title.length}`;
    await assert.rejects(remove(name, members), { code: 'DBInstanceNotFound' });
    await create(name, { DeletionProtection: true });
    await assert.rejects(remove(name, members), { message: /^Cannot delete protected DB Instance, / });
  });
}

test('an instance in deletion is so whatever the request says about a final snapshot', async () => {
  await create('going');
  await remove('going');
  await assert.rejects(remove('going', {}), { message: 'Instance going is already being deleted.' });
});

test('the delete of a missing instance is DBInstanceNotFound', async () => {
  await assert.rejects(remove('nobody'), { code: 'DBInstanceNotFound' });
});

for (const [members, code, words] of [
  [{}, 'InvalidParameterCombination', /required unless SkipFinalSnapshot/],
  [{ SkipFinalSnapshot: false }, 'InvalidParameterCombination', /required unless SkipFinalSnapshot/],
  [
    { SkipFinalSnapshot: true, FinalDBSnapshotIdentifier: 'last' },
    'InvalidParameterCombination',
    /FinalDBSnapshotIdentifier can not be specified/,
  ],
  [{ FinalDBSnapshotIdentifier: 'a--b' }, 'InvalidParameterValue', /not a valid identifier/],
] as const) {
  test(`a deletion is refused: ${JSON.stringify(members)}`, async () => {
    const name = `kept${JSON.stringify(members).length}`;
    await create(name).catch(() => {});
    await api.finish(name).catch(() => {});
    await assert.rejects(remove(name, members), (error: Error & { code?: string }) => {
      assert.equal(error.code, code);
      assert.match(error.message, words);
      return true;
    });
    assert.equal((await api.inventory.instances.find({ identifier: name }))?.status, 'available');
  });
}

test('a final snapshot is made by the operation that deletes the instance', async () => {
  await create('with-final');
  await api.finish('with-final');
  await remove('with-final', { FinalDBSnapshotIdentifier: 'Last' });
  const operation = await api.findOperation('with-final');
  assert.deepEqual([operation?.type, operation?.input], ['deleteDbInstance', { finalSnapshot: true }]);
  const snapshot = await api.inventory.snapshots.find({ identifier: 'last' });
  assert.deepEqual([snapshot?.status, snapshot?.operationId], ['creating', operation?.id]);
});

test('an instance that is being made or failed has no data for a final snapshot', async () => {
  await create('no-data');
  const refusal = { code: 'InvalidDBInstanceState', message: /SkipFinalSnapshot/ };
  await assert.rejects(remove('no-data', { FinalDBSnapshotIdentifier: 'none' }), refusal);
  await api.finish('no-data', 'failed');
  await assert.rejects(remove('no-data', { FinalDBSnapshotIdentifier: 'none' }), refusal);
});

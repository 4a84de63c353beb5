import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { DBSnapshotMessage, DeleteDBSnapshotResult } from '@aws-sdk/client-rds';
import { deleteDBSnapshot } from '../../../../src/api/rds/db-snapshot/delete.ts';
import { describeDBSnapshots } from '../../../../src/api/rds/db-snapshot/describe.ts';
import { startTestApi } from '../../../support/api/api.ts';
import { insertSnapshots, newSnapshot } from '../../../support/snapshots.ts';

const api = await startTestApi();
after(() => api.close());

function remove(DBSnapshotIdentifier: string) {
  return api.call<DeleteDBSnapshotResult>(deleteDBSnapshot, { DBSnapshotIdentifier });
}

for (const status of ['available', 'failed'] as const) {
  test(`a snapshot that is ${status} is being deleted, by an operation that holds it alone`, async () => {
    await insertSnapshots(api.databaseUrl, [newSnapshot(status, { status })]);
    const { DBSnapshot } = await remove(status.toUpperCase());
    assert.equal(DBSnapshot?.Status, 'deleted');
    const shown = await api.call<DBSnapshotMessage>(describeDBSnapshots, { DBSnapshotIdentifier: status });
    assert.equal(shown.DBSnapshots?.[0]?.Status, 'deleting');
    const stored = await api.inventory.snapshots.find({ identifier: status });
    const operation = await api.inventory.operations.find(stored?.operationId ?? '');
    assert.deepEqual(operation?.resource, { kind: 'db-snapshot', id: `snap-${status}`, name: status });
  });
}

test('a snapshot that is being made, deleted or was never made is refused with its code', async () => {
  await insertSnapshots(api.databaseUrl, [
    newSnapshot('making', { status: 'creating' }),
    newSnapshot('going', { status: 'deleting' }),
    newSnapshot('rds:test0-2026-11-26-03-00', { type: 'automated' }),
  ]);
  await assert.rejects(remove('making'), {
    code: 'InvalidDBSnapshotState',
    message: 'Snapshot making is not in available state. Current state: creating.',
  });
  await assert.rejects(remove('going'), { message: 'Snapshot going is already being deleted.' });
  await assert.rejects(remove('rds:test0-2026-11-26-03-00'), { code: 'InvalidDBSnapshotState' });
  await assert.rejects(remove('nothing'), { code: 'DBSnapshotNotFound', status: 404 });
});

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { DescribeDBSnapshotAttributesResult } from '@aws-sdk/client-rds';
import { describeDBSnapshotAttributes } from '../../../../src/api/rds/db-snapshot/describe-attributes.ts';
import { startTestApi } from '../../../support/api/api.ts';
import { insertSnapshots, newSnapshot } from '../../../support/snapshots.ts';

const api = await startTestApi();
after(() => api.close());

test('a snapshot may be restored by no other account', async () => {
  await insertSnapshots(api.databaseUrl, [newSnapshot('one')]);
  const input = { DBSnapshotIdentifier: 'ONE' };
  const { DBSnapshotAttributesResult: shown } = await api.call<DescribeDBSnapshotAttributesResult>(
    describeDBSnapshotAttributes,
    input,
  );
  assert.deepEqual(shown, {
    DBSnapshotIdentifier: 'one',
    DBSnapshotAttributes: [{ AttributeName: 'restore', AttributeValues: [] }],
  });
  await assert.rejects(api.call(describeDBSnapshotAttributes, { DBSnapshotIdentifier: 'none' }), {
    code: 'DBSnapshotNotFound',
  });
});

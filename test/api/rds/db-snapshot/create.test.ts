import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { CreateDBSnapshotResult } from '@aws-sdk/client-rds';
import { createDBInstance } from '../../../../src/api/rds/db-instance/create.ts';
import { createDBSnapshot } from '../../../../src/api/rds/db-snapshot/create.ts';
import { SNAPSHOT_QUOTA } from '../../../../src/inventory/insert-snapshot.ts';
import { startTestApi, WALK_THROUGH } from '../../../support/api/api.ts';
import { insertSnapshots, newSnapshot } from '../../../support/snapshots.ts';

const api = await startTestApi();
after(() => api.close());

async function createAvailable(identifier: string, members: object = {}) {
  await api.call(createDBInstance, { ...WALK_THROUGH, DBInstanceIdentifier: identifier, ...members });
  await api.finish(identifier);
}
function snapshot(DBSnapshotIdentifier: string, DBInstanceIdentifier: string, members: object = {}) {
  return api.call<CreateDBSnapshotResult>(createDBSnapshot, {
    ...{ DBSnapshotIdentifier, DBInstanceIdentifier },
    ...members,
  });
}
before(() => createAvailable('source'));

describe('a new snapshot', () => {
  test('is creating while its instance is backing up, and one operation holds both', async () => {
    const { DBSnapshot } = await snapshot('First', 'SOURCE', { Tags: [{ Key: 'a', Value: 'b' }] });
    assert.deepEqual(
      [DBSnapshot?.DBSnapshotIdentifier, DBSnapshot?.Status, DBSnapshot?.PercentProgress],
      ['first', 'creating', 0],
    );
    assert.deepEqual([DBSnapshot?.SnapshotType, DBSnapshot?.TagList], ['manual', [{ Key: 'a', Value: 'b' }]]);
    assert.equal(DBSnapshot?.DBSnapshotArn, 'arn:aws:rds:local:123456789012:snapshot:first');
    const instance = await api.inventory.instances.find({ identifier: 'source' });
    const stored = await api.inventory.snapshots.find({ identifier: 'first' });
    assert.equal(instance?.status, 'backing-up');
    assert.equal(stored?.operationId, instance?.operationId);
    assert.equal(stored?.instance.dbName, 'source');
    await assert.rejects(snapshot('second', 'source'), { code: 'InvalidDBInstanceState' });
    await api.finish('source');
  });

  test('belongs to the one lineage of its instance, whose key can be read', async () => {
    await createAvailable('lineage');
    await snapshot('lineage-one', 'lineage');
    await api.finish('lineage');
    await snapshot('lineage-two', 'lineage');
    await api.finish('lineage');
    const [one, two] = await Promise.all(
      ['lineage-one', 'lineage-two'].map((identifier) => api.inventory.snapshots.find({ identifier })),
    );
    assert.equal(one?.lineageId, two?.lineageId);
    const lineage = await api.inventory.lineages.find(one?.lineageId ?? '');
    assert.match(lineage?.key ?? '', /^[\w-]{43}$/);
    assert.equal(lineage?.dbiResourceId, one?.instance.dbiResourceId);
  });

  for (const [title, own, name] of [
    ['of its instance where the instance copies them', [], 'copied'],
    ['of the request, and then none of its instance', [{ Key: 'own', Value: '2' }], 'owning'],
  ] as const) {
    test(`has the tags ${title}`, async () => {
      const Tags = [{ Key: 'kept', Value: '1' }];
      await createAvailable(`instance-${name}`, { CopyTagsToSnapshot: true, Tags });
      const { DBSnapshot } = await snapshot(name, `instance-${name}`, { Tags: [...own] });
      assert.deepEqual(DBSnapshot?.TagList, own.length > 0 ? own : Tags);
    });
  }
});

for (const [title, input, code] of [
  ['a missing instance', ['x', 'nobody'], 'DBInstanceNotFound'],
  ['a name that an automated snapshot has', ['rds:x', 'source'], 'InvalidParameterValue'],
  ['a double hyphen', ['x--y', 'source'], 'InvalidParameterValue'],
  ['256 characters', ['x'.repeat(256), 'source'], 'InvalidParameterValue'],
  ['an empty name', ['', 'source'], 'InvalidParameterValue'],
  ['a name that another snapshot has', ['taken', 'source'], 'DBSnapshotAlreadyExists'],
] as const) {
  test(`refused: ${title}`, async () => {
    if (input[0] === 'taken') await insertSnapshots(api.databaseUrl, [newSnapshot('taken')]);
    await assert.rejects(snapshot(input[0], input[1]), { code });
    assert.equal((await api.inventory.instances.find({ identifier: 'source' }))?.status, 'available');
  });
}

test('an instance that is not available is refused', async () => {
  await api.call(createDBInstance, { ...WALK_THROUGH, DBInstanceIdentifier: 'making' });
  await assert.rejects(snapshot('too-early', 'making'), { code: 'InvalidDBInstanceState' });
});

test('more manual snapshots than the quota are refused', async () => {
  const names = Array.from({ length: SNAPSHOT_QUOTA }, (_, index) => `many${index}`);
  await insertSnapshots(
    api.databaseUrl,
    names.map((name) => newSnapshot(name)),
  );
  await assert.rejects(snapshot('one-more', 'source'), { code: 'SnapshotQuotaExceeded' });
});

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  RestoreDBInstanceFromDBSnapshotMessage$,
  type RestoreDBInstanceFromDBSnapshotResult,
} from '@aws-sdk/client-rds';
import { createDBParameterGroup } from '../../../../src/api/rds/db-parameter-group/create.ts';
import { deleteDBSnapshot } from '../../../../src/api/rds/db-snapshot/delete.ts';
import { restoreDBInstanceFromDBSnapshot } from '../../../../src/api/rds/db-snapshot/restore.ts';
import { parametersNotOffered } from '../../../../src/api/request/not-offered.ts';
import { operationRef } from '../../../../src/model/operation/operation.ts';
import { startTestApi } from '../../../support/api/api.ts';
import { recordReads } from '../../../support/record-reads.ts';
import { insertSnapshots, newSnapshot } from '../../../support/snapshots.ts';

const api = await startTestApi();
after(() => api.close());

const source = {
  ...newSnapshot('any').instance,
  ...{ identifier: 'gone', dbInstanceClass: 'db.t2.small', allocatedStorage: 7, masterUsername: 'owner' },
  ...{ dbName: 'shop', port: 6000, tags: [{ Key: 'team', Value: 'source' }] },
};
before(() =>
  insertSnapshots(api.databaseUrl, [
    newSnapshot('whole', { instance: source, tags: [{ Key: 'kind', Value: 'snapshot' }] }),
    newSnapshot('old', { instance: { ...source, engineVersion: '15.2' } }),
    newSnapshot('older', { instance: { ...source, engineVersion: '12.1' } }),
    newSnapshot('fast', { instance: { ...source, allocatedStorage: 100, storageType: 'io1', iops: 2000 } }),
    newSnapshot('making', { status: 'creating' }),
    newSnapshot('going', { status: 'deleting' }),
    newSnapshot('broken', { status: 'failed' }),
  ]),
);

let count = 0;
async function restore(members: object = {}) {
  count += 1;
  const input = { DBInstanceIdentifier: `made${count}`, DBSnapshotIdentifier: 'whole', ...members };
  const { DBInstance } = await api.call<RestoreDBInstanceFromDBSnapshotResult>(
    restoreDBInstanceFromDBSnapshot,
    input,
  );
  assert.ok(DBInstance);
  return DBInstance;
}

describe('an instance that is made of a snapshot', () => {
  test('has class, storage, port, names and version of the snapshot, and RDS defaults for the rest', async () => {
    const made = await restore({ DBInstanceIdentifier: 'Plain' });
    const { DBInstanceIdentifier, DBInstanceStatus, DBInstanceClass, AllocatedStorage, DbInstancePort } =
      made;
    assert.deepEqual(
      { DBInstanceIdentifier, DBInstanceStatus, DBInstanceClass, AllocatedStorage, DbInstancePort },
      {
        DBInstanceIdentifier: 'plain',
        DBInstanceStatus: 'creating',
        DBInstanceClass: 'db.t2.small',
        AllocatedStorage: 7,
        DbInstancePort: 6000,
      },
    );
    const { MasterUsername, DBName, EngineVersion, StorageType, DeletionProtection } = made;
    assert.deepEqual(
      [MasterUsername, DBName, EngineVersion, StorageType, DeletionProtection],
      ['owner', 'shop', '15.18', 'gp3', false],
    );
    assert.equal(made.DBParameterGroups?.[0]?.DBParameterGroupName, 'default.postgres15');
    assert.equal(made.CopyTagsToSnapshot, false);
    assert.notEqual(made.DbiResourceId, source.dbiResourceId);
    const operation = await api.findOperation('plain');
    assert.deepEqual(
      [operation?.type, operation?.input],
      ['restoreDbInstance', { snapshot: { id: 'snap-whole', identifier: 'whole' } }],
    );
    assert.equal(await api.inventory.findSecret(made.DbiResourceId ?? '', 'master'), undefined);
  });

  test('has what the request names instead', async () => {
    await api.call(createDBParameterGroup, {
      ...{ DBParameterGroupName: 'own', DBParameterGroupFamily: 'postgres15', Description: 'own' },
    });
    const made = await restore({
      ...{ DBSnapshotIdentifier: 'arn:aws:rds:local:123456789012:snapshot:whole', AllocatedStorage: 9 },
      ...{ DBInstanceClass: 'db.t2.micro', Port: 7000, DeletionProtection: true, CopyTagsToSnapshot: true },
      ...{ DBParameterGroupName: 'own', Engine: 'postgres', LicenseModel: 'postgresql-license' },
      Tags: [{ Key: 'team', Value: 'asked' }],
    });
    assert.deepEqual(
      [made.AllocatedStorage, made.DBInstanceClass, made.DbInstancePort, made.DeletionProtection],
      [9, 'db.t2.micro', 7000, true],
    );
    assert.equal(made.CopyTagsToSnapshot, true);
    assert.equal(made.DBParameterGroups?.[0]?.DBParameterGroupName, 'own');
    assert.deepEqual(made.TagList, [{ Key: 'team', Value: 'asked' }]);
  });

  test('has the tags of the source where the request names none', async () => {
    assert.deepEqual((await restore({ Tags: [] })).TagList, source.tags);
  });

  test('keeps provisioned IOPS, and gets io1 where the request names them', async () => {
    const kept = await restore({ DBSnapshotIdentifier: 'fast' });
    assert.deepEqual([kept.StorageType, kept.Iops], ['io1', 2000]);
    const plain = await restore({ DBSnapshotIdentifier: 'fast', StorageType: 'gp3' });
    assert.deepEqual([plain.StorageType, plain.Iops], ['gp3', 3000]);
  });

  test('has the newest minor version where the origin lacks that of the snapshot', async () => {
    assert.equal((await restore({ DBSnapshotIdentifier: 'old' })).EngineVersion, '15.18');
  });
});

const refusals: readonly (readonly [title: string, members: object, error: object])[] = [
  ['a missing snapshot', { DBSnapshotIdentifier: 'none' }, { code: 'DBSnapshotNotFound', status: 404 }],
  [
    'the ARN of an instance',
    { DBSnapshotIdentifier: 'arn:aws:rds:local:123456789012:db:whole' },
    { code: 'DBSnapshotNotFound', status: 404 },
  ],
  ['no snapshot', { DBSnapshotIdentifier: undefined }, { code: 'InvalidParameterValue' }],
  ...['making', 'going', 'broken'].map(
    (DBSnapshotIdentifier) =>
      [
        `a snapshot that is not available: ${DBSnapshotIdentifier}`,
        { DBSnapshotIdentifier },
        { code: 'InvalidDBSnapshotState', status: 400 },
      ] as const,
  ),
  [
    'a version that the origin does not have',
    { DBSnapshotIdentifier: 'older' },
    { code: 'InvalidParameterCombination', message: /Cannot find version 12 for postgres/ },
  ],
  ['too little storage', { AllocatedStorage: 6 }, { code: 'InvalidParameterCombination' }],
  [
    'a database',
    { DBName: 'shop' },
    { code: 'InvalidParameterValue', message: 'DBName must be null when Restoring for this Engine.' },
  ],
  ['another engine', { Engine: 'mysql' }, { code: 'InvalidParameterValue' }],
  ['another license', { LicenseModel: 'bring-your-own-license' }, { code: 'InvalidParameterValue' }],
  ['an unknown class', { DBInstanceClass: 'db.none' }, { code: 'InvalidParameterValue' }],
  ['a port out of range', { Port: 80 }, { code: 'InvalidParameterValue' }],
  ['an unknown group', { DBParameterGroupName: 'nope' }, { code: 'DBParameterGroupNotFound' }],
  [
    'a group of another family',
    { DBParameterGroupName: 'default.postgres14' },
    { code: 'InvalidParameterCombination' },
  ],
  ['an unknown subnet group', { DBSubnetGroupName: 'nope' }, { code: 'DBSubnetGroupNotFoundFault' }],
  ['an unknown option group', { OptionGroupName: 'nope' }, { code: 'OptionGroupNotFoundFault' }],
  ['a DB cluster snapshot', { DBClusterSnapshotIdentifier: 'c' }, { code: 'InvalidParameterValue' }],
  ['a standby', { MultiAZ: true }, { code: 'InvalidParameterValue' }],
  ['a bad identifier', { DBInstanceIdentifier: '-a' }, { code: 'InvalidParameterValue' }],
  ["the inventory's name", { DBInstanceIdentifier: 'cornac' }, { code: 'InvalidParameterValue' }],
];
for (const [title, members, error] of refusals) {
  test(`${title} is refused`, async () => {
    await assert.rejects(restore(members), error);
  });
}

test('every parameter is used or refused by name', async () => {
  const { input, reads } = recordReads({ DBInstanceIdentifier: 'reads', DBSnapshotIdentifier: 'whole' });
  await api.call(restoreDBInstanceFromDBSnapshot, input);
  const members = RestoreDBInstanceFromDBSnapshotMessage$[4];
  const forgotten = members.filter((name) => !reads.has(name) && !parametersNotOffered.includes(name));
  assert.deepEqual(forgotten, []);
});

test('the name of an instance that exists is refused', async () => {
  await restore({ DBInstanceIdentifier: 'twice' });
  await assert.rejects(restore({ DBInstanceIdentifier: 'twice' }), { code: 'DBInstanceAlreadyExists' });
});

test('a snapshot is not deleted while any instance is being made of it', async () => {
  await insertSnapshots(api.databaseUrl, [newSnapshot('busy')]);
  const remove = () => api.call(deleteDBSnapshot, { DBSnapshotIdentifier: 'busy' });
  const made = await Promise.all([1, 2].map(() => restore({ DBSnapshotIdentifier: 'busy' })));
  for (const { DBInstanceIdentifier = '' } of made) {
    await assert.rejects(remove(), { code: 'InvalidDBSnapshotState', message: /is being restored from it/ });
    const operation = await api.findOperation(DBInstanceIdentifier);
    assert.ok(operation);
    await api.inventory.operations.fail(operationRef(operation), { status: 'failed' }, 'test');
  }
  await remove();
});

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  RestoreDBInstanceToPointInTimeMessage$,
  type RestoreDBInstanceToPointInTimeResult,
} from '@aws-sdk/client-rds';
import { createDBInstance } from '../../../../src/api/rds/db-instance/create.ts';
import { restoreDBInstanceToPointInTime } from '../../../../src/api/rds/db-instance/restore-to-point-in-time.ts';
import { parametersNotOffered } from '../../../../src/api/request/not-offered.ts';
import { startTestApi, WALK_THROUGH } from '../../../support/api/api.ts';
import { recordReads } from '../../../support/record-reads.ts';
import { insertSnapshots, newSnapshot } from '../../../support/snapshots.ts';

const api = await startTestApi();
after(() => api.close());

const LATEST = new Date('2026-11-26T12:00:00.000Z');
let dbiResourceId: string;
before(async () => {
  const members = { BackupRetentionPeriod: 3, Port: 6000, Tags: [{ Key: 'team', Value: 'source' }] };
  for (const DBInstanceIdentifier of ['source', 'young', 'without']) {
    const days = DBInstanceIdentifier === 'without' ? { BackupRetentionPeriod: 0 } : {};
    await api.call(createDBInstance, { ...WALK_THROUGH, DBInstanceIdentifier, ...members, ...days });
    await api.finish(DBInstanceIdentifier);
  }
  const source = await api.inventory.instances.find({ identifier: 'source' });
  assert.ok(source);
  ({ dbiResourceId } = source);
  const instance = { ...newSnapshot('any').instance, dbiResourceId, identifier: 'source' };
  await insertSnapshots(api.databaseUrl, [
    newSnapshot('rds:source-2026-11-25-00-10', {
      ...{ id: 'snap-FIRST', type: 'automated', instance, createdAt: new Date('2026-11-25T00:10:00Z') },
    }),
    newSnapshot('by-hand', { instance, createdAt: new Date('2026-11-26T09:00:00Z') }),
  ]);
  await api.inventory.upkeep.noteRestorable(dbiResourceId, LATEST);
});

let count = 0;
async function restore(members: object = {}) {
  count += 1;
  const { DBInstance } = await api.call<RestoreDBInstanceToPointInTimeResult>(
    restoreDBInstanceToPointInTime,
    {
      ...{ TargetDBInstanceIdentifier: `made${count}`, SourceDBInstanceIdentifier: 'source' },
      ...{ UseLatestRestorableTime: true, ...members },
    },
  );
  assert.ok(DBInstance);
  return DBInstance;
}
const AT = { UseLatestRestorableTime: undefined, RestoreTime: new Date('2026-11-26T10:00:00.500Z') };

describe('an instance that is made of another one as that was', () => {
  test('has class, storage, port, tags and retention of the source', async () => {
    const made = await restore({ TargetDBInstanceIdentifier: 'Plain' });
    assert.deepEqual(
      [made.DBInstanceIdentifier, made.DBInstanceStatus, made.DBInstanceClass, made.AllocatedStorage],
      ['plain', 'creating', 'db.t2.micro', 5],
    );
    assert.deepEqual(
      [made.DbInstancePort, made.BackupRetentionPeriod, made.MasterUsername],
      [6000, 3, 'postgres'],
    );
    assert.deepEqual(made.TagList, [{ Key: 'team', Value: 'source' }]);
    assert.equal(made.LatestRestorableTime, undefined);
    assert.notEqual(made.DbiResourceId, dbiResourceId);
  });

  test('is restored to the latest time, or to the one that is named, from an automated backup', async () => {
    const snapshot = { id: 'snap-FIRST', identifier: 'rds:source-2026-11-25-00-10' };
    const inputOf = async ({ DBInstanceIdentifier = '' }) =>
      (await api.findOperation(DBInstanceIdentifier))?.input;
    assert.deepEqual(await inputOf(await restore()), {
      ...{ snapshot, pointInTime: { source: 'source', time: LATEST.toISOString() } },
    });
    const byId = { SourceDBInstanceIdentifier: undefined, SourceDbiResourceId: dbiResourceId };
    assert.deepEqual(await inputOf(await restore({ ...byId, ...AT })), {
      ...{ snapshot, pointInTime: { source: 'source', time: '2026-11-26T10:00:00.500Z' } },
    });
  });

  test('has what the request names instead', async () => {
    const made = await restore({
      ...{ DBInstanceClass: 'db.t2.small', AllocatedStorage: 9, Port: 7000, BackupRetentionPeriod: 0 },
      ...{ DeletionProtection: true, Tags: [{ Key: 'team', Value: 'asked' }] },
    });
    assert.deepEqual(
      [made.DBInstanceClass, made.AllocatedStorage, made.DbInstancePort, made.BackupRetentionPeriod],
      ['db.t2.small', 9, 7000, 0],
    );
    assert.equal(made.DeletionProtection, true);
    assert.deepEqual(made.TagList, [{ Key: 'team', Value: 'asked' }]);
  });
});

const NO_SOURCE = { SourceDBInstanceIdentifier: undefined };
const refusals: readonly (readonly [title: string, members: object, error: object])[] = [
  ['both times', { RestoreTime: LATEST }, { code: 'InvalidParameterCombination' }],
  ['no time', { UseLatestRestorableTime: false }, { code: 'InvalidParameterCombination' }],
  ['two sources', { SourceDbiResourceId: 'db-A' }, { code: 'InvalidParameterCombination' }],
  ['no source', NO_SOURCE, { code: 'InvalidParameterCombination' }],
  ['a missing source', { SourceDBInstanceIdentifier: 'nobody' }, { code: 'DBInstanceNotFound', status: 404 }],
  [
    'a missing source by its id',
    { ...NO_SOURCE, SourceDbiResourceId: 'db-A' },
    { code: 'DBInstanceNotFound' },
  ],
  [
    'a time after the latest one',
    { ...AT, RestoreTime: new Date('2026-11-26T12:00:00.001Z') },
    { code: 'InvalidRestoreFault', message: /from 2026-11-25T00:10:01\.000Z to 2026-11-26T12:00:00\.000Z/ },
  ],
  [
    'a time before the first backup',
    { ...AT, RestoreTime: new Date('2026-11-25T00:10:00Z') },
    { code: 'InvalidRestoreFault', status: 400 },
  ],
  [
    'a source whose first backup is not made',
    { SourceDBInstanceIdentifier: 'young' },
    { code: 'InvalidRestoreFault' },
  ],
  [
    'a source without automated backups',
    { SourceDBInstanceIdentifier: 'without' },
    { code: 'PointInTimeRestoreNotEnabled', status: 400 },
  ],
  [
    'an ARN beside the name',
    { SourceDBInstanceAutomatedBackupsArn: 'arn' },
    { code: 'InvalidParameterCombination' },
  ],
  [
    'an ARN of no backup',
    { ...NO_SOURCE, SourceDBInstanceAutomatedBackupsArn: 'arn' },
    { code: 'DBInstanceAutomatedBackupNotFound', status: 404 },
  ],
  ['the name of an instance', { TargetDBInstanceIdentifier: 'source' }, { code: 'DBInstanceAlreadyExists' }],
  [
    'no name',
    { TargetDBInstanceIdentifier: undefined },
    { code: 'InvalidParameterValue', message: /TargetDBInstanceIdentifier must be provided/ },
  ],
  ['too little storage', { AllocatedStorage: 4 }, { code: 'InvalidParameterCombination' }],
  ['storage autoscaling', { MaxAllocatedStorage: 100 }, { code: 'InvalidParameterValue' }],
];
for (const [title, members, error] of refusals) {
  test(`${title} is refused`, async () => {
    await assert.rejects(restore(members), error);
  });
}

test('every parameter is used or refused by name', async () => {
  const { input, reads } = recordReads({
    ...{ TargetDBInstanceIdentifier: 'reads', SourceDBInstanceIdentifier: 'source' },
    UseLatestRestorableTime: true,
  });
  await api.call(restoreDBInstanceToPointInTime, input);
  const members = RestoreDBInstanceToPointInTimeMessage$[4];
  const forgotten = members.filter((name) => !reads.has(name) && !parametersNotOffered.includes(name));
  assert.deepEqual(forgotten, []);
});

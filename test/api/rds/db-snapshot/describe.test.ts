import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { DBSnapshotMessage } from '@aws-sdk/client-rds';
import { describeDBSnapshots } from '../../../../src/api/rds/db-snapshot/describe.ts';
import { toDBSnapshot } from '../../../../src/api/rds/db-snapshot/view.ts';
import { ownerIn, startTestApi } from '../../../support/api/api.ts';
import { insertSnapshots, newSnapshot } from '../../../support/snapshots.ts';

const api = await startTestApi();
after(() => api.close());

const arn = 'arn:aws:rds:local:123456789012';
function filter(Name: string, ...Values: string[]) {
  return { Filters: [{ Name, Values }] };
}

describe('an inventory without snapshots', () => {
  const list = (input: object) => api.call<DBSnapshotMessage>(describeDBSnapshots, input);
  for (const input of [
    {},
    { DBInstanceIdentifier: 'gone' },
    { Marker: Buffer.from('after:one').toString('base64url') },
    { SnapshotType: 'manual', MaxRecords: 20 },
    { IncludeShared: true, IncludePublic: true },
    filter('db-instance-id', 'gone'),
  ]) {
    test(`a list by ${JSON.stringify(input)} is empty`, async () => {
      assert.deepEqual(await list(input), { Marker: undefined, DBSnapshots: [] });
    });
  }
  for (const DBSnapshotIdentifier of ['one', `${arn}:snapshot:one`, `${arn}:db:one`]) {
    test(`a named snapshot that does not exist is DBSnapshotNotFound: ${DBSnapshotIdentifier}`, async () => {
      await assert.rejects(list({ DBSnapshotIdentifier }), {
        code: 'DBSnapshotNotFound',
        status: 404,
        message: `DBSnapshot ${DBSnapshotIdentifier} not found.`,
      });
    });
  }
  for (const input of [
    { SnapshotType: 'daily' },
    { DBInstanceIdentifier: 'a--b' },
    filter('db-instance-id', 'a--b'),
    { SnapshotType: 'Manual' },
    { MaxRecords: 19 },
    { MaxRecords: 101 },
    { Marker: 'x' },
    filter('colour', 'blue'),
    filter('db-cluster-id', 'x'),
  ]) {
    test(`refused: ${JSON.stringify(input)}`, async () => {
      await assert.rejects(list(input), { code: 'InvalidParameterValue' });
    });
  }
});

describe('an inventory with snapshots', () => {
  const other = { ...newSnapshot('x').instance, identifier: 'other', dbiResourceId: 'db-B' };
  before(() =>
    insertSnapshots(api.databaseUrl, [
      newSnapshot('one'),
      newSnapshot('rds:test0-2026-11-26-03-00', { type: 'automated' }),
      newSnapshot('two', { instance: other, status: 'creating', percentProgress: 0 }),
    ]),
  );
  const list = (input: object) => api.call<DBSnapshotMessage>(describeDBSnapshots, input);
  const names = async (input: object) =>
    (await list(input)).DBSnapshots?.map(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier);
  const automated = 'rds:test0-2026-11-26-03-00';

  for (const [input, expected] of [
    [{}, ['one', automated, 'two']],
    [{ SnapshotType: 'manual' }, ['one', 'two']],
    [{ SnapshotType: 'automated' }, [automated]],
    [{ SnapshotType: 'shared' }, []],
    [{ SnapshotType: 'public', IncludePublic: true }, []],
    [{ SnapshotType: 'awsbackup' }, []],
    [{ DBInstanceIdentifier: 'TEST0' }, ['one', automated]],
    [{ DbiResourceId: 'db-B' }, ['two']],
    [{ DBSnapshotIdentifier: 'ONE' }, ['one']],
    [{ DBSnapshotIdentifier: `${arn}:snapshot:${automated}` }, [automated]],
    [{ DBSnapshotIdentifier: 'one', SnapshotType: 'automated' }, []],
    [filter('db-snapshot-id', 'two', 'none'), ['two']],
    [filter('db-instance-id', `${arn}:db:other`), ['two']],
    [{ DBInstanceIdentifier: 'test0', ...filter('db-instance-id', 'other') }, []],
    [filter('dbi-resource-id', 'db-A'), ['one', automated]],
    [filter('snapshot-type', 'automated'), [automated]],
    [{ SnapshotType: 'manual', ...filter('snapshot-type', 'automated') }, []],
    [filter('engine', 'postgres'), ['one', automated, 'two']],
    [filter('engine', 'mysql'), []],
  ] as const) {
    test(`snapshots by ${JSON.stringify(input)}`, async () => assert.deepEqual(await names(input), expected));
  }

  test('a snapshot shows its instance, its type and an ARN of its kind', async () => {
    const [first] = (await list({ DBSnapshotIdentifier: 'one' })).DBSnapshots ?? [];
    assert.equal(first?.DBSnapshotArn, `${arn}:snapshot:one`);
    assert.deepEqual(
      [first.DBInstanceIdentifier, first.DbiResourceId, first.SnapshotType, first.Status],
      ['test0', 'db-A', 'manual', 'available'],
    );
    assert.deepEqual([first.PercentProgress, first.EngineVersion], [100, '15.18']);
    assert.equal(first.SnapshotCreateTime?.toISOString(), '2026-11-26T03:00:00.000Z');
    const [second] = (await list({ DBSnapshotIdentifier: 'two' })).DBSnapshots ?? [];
    assert.deepEqual([second?.PercentProgress, second?.SnapshotCreateTime], [0, undefined]);
  });

  test('a snapshot that is being deleted still shows when it was made', () => {
    const { PercentProgress, SnapshotCreateTime } = toDBSnapshot(
      newSnapshot('x', { status: 'deleting' }),
      ownerIn('local'),
    );
    assert.deepEqual([PercentProgress, SnapshotCreateTime], [100, new Date('2026-11-26T03:00:00Z')]);
  });
});

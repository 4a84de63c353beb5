import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { DBInstanceAutomatedBackup, DBInstanceAutomatedBackupMessage } from '@aws-sdk/client-rds';
import { createDBInstance } from '../../../../src/api/rds/db-instance/create.ts';
import { describeDBInstanceAutomatedBackups } from '../../../../src/api/rds/db-instance-automated-backup/describe.ts';
import { startTestApi, WALK_THROUGH } from '../../../support/api/api.ts';
import { insertSnapshots, newSnapshot } from '../../../support/snapshots.ts';

const api = await startTestApi();
after(() => api.close());

const LATEST = new Date('2026-11-26T12:00:00.000Z');
const ids = new Map<string, string>();
before(async () => {
  for (const [DBInstanceIdentifier, BackupRetentionPeriod] of [
    ['kept', 3],
    ['young', 1],
    ['without', 0],
  ] as const) {
    await api.call(createDBInstance, { ...WALK_THROUGH, DBInstanceIdentifier, BackupRetentionPeriod });
    await api.finish(DBInstanceIdentifier);
    const { dbiResourceId } =
      (await api.inventory.instances.find({ identifier: DBInstanceIdentifier })) ?? {};
    ids.set(DBInstanceIdentifier, dbiResourceId ?? '');
  }
  const dbiResourceId = ids.get('kept') ?? '';
  const instance = { ...newSnapshot('any').instance, dbiResourceId, identifier: 'kept' };
  const createdAt = new Date('2026-11-25T00:10:00Z');
  await insertSnapshots(api.databaseUrl, [
    newSnapshot('rds:kept-1', { type: 'automated', instance, createdAt }),
  ]);
  await api.inventory.upkeep.noteRestorable(dbiResourceId, LATEST);
});

async function list(input: object = {}): Promise<DBInstanceAutomatedBackup[]> {
  const answer = await api.call<DBInstanceAutomatedBackupMessage>(describeDBInstanceAutomatedBackups, input);
  return answer.DBInstanceAutomatedBackups ?? [];
}
async function names(input: object): Promise<(string | undefined)[]> {
  return (await list(input)).map(({ DBInstanceIdentifier }) => DBInstanceIdentifier);
}
function filter(Name: string, ...Values: string[]) {
  return { Filters: [{ Name, Values }] };
}

describe('the automated backups', () => {
  test('are those of instances with a retention period, with the window of a restore', async () => {
    const [kept, young, ...others] = await list();
    assert.deepEqual(others, []);
    assert.deepEqual(
      [kept?.DBInstanceIdentifier, kept?.Status, kept?.BackupRetentionPeriod, kept?.RestoreWindow],
      ['kept', 'active', 3, { EarliestTime: new Date('2026-11-25T00:10:01.000Z'), LatestTime: LATEST }],
    );
    assert.deepEqual(
      [young?.DBInstanceIdentifier, young?.Status, young?.RestoreWindow],
      ['young', 'creating', undefined],
    );
    assert.match(
      kept?.DBInstanceAutomatedBackupsArn ?? '',
      /^arn:aws:rds:local:123456789012:auto-backup:ab-[0-9a-z]{26}$/,
    );
  });

  test('are found by what the request names', async () => {
    const [kept] = await list();
    assert.deepEqual(await names({ DBInstanceIdentifier: 'KEPT' }), ['kept']);
    assert.deepEqual(await names({ DbiResourceId: ids.get('young') }), ['young']);
    assert.deepEqual(await names({ DBInstanceAutomatedBackupsArn: kept?.DBInstanceAutomatedBackupsArn }), [
      'kept',
    ]);
  });

  test('are narrowed by each filter', async () => {
    assert.deepEqual(await names(filter('db-instance-id', 'young', 'without')), ['young']);
    assert.deepEqual(await names(filter('dbi-resource-id', ids.get('kept') ?? '')), ['kept']);
    assert.deepEqual(await names(filter('status', 'active')), ['kept']);
    assert.deepEqual(await names(filter('status', 'retained')), []);
    assert.deepEqual(await names({ DBInstanceIdentifier: 'kept', ...filter('status', 'creating') }), []);
  });

  for (const input of [
    { DBInstanceIdentifier: 'without' },
    { DBInstanceIdentifier: 'nobody' },
    { DbiResourceId: 'db-NONE' },
    { DBInstanceAutomatedBackupsArn: 'arn:aws:rds:local:123456789012:auto-backup:ab-none' },
  ]) {
    test(`of ${Object.values(input)} there are none: RDS's fault`, async () => {
      await assert.rejects(list(input), { code: 'DBInstanceAutomatedBackupNotFound', status: 404 });
    });
  }

  test('refuse a filter that RDS does not have, and a page that is too small', async () => {
    await assert.rejects(list(filter('engine', 'postgres')), { code: 'InvalidParameterValue' });
    await assert.rejects(list({ MaxRecords: 19 }), { code: 'InvalidParameterValue' });
  });
});

import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type {
  DBInstanceAutomatedBackup,
  DBInstanceAutomatedBackupMessage,
  DeleteDBInstanceAutomatedBackupResult,
  RestoreDBInstanceToPointInTimeResult,
} from '@aws-sdk/client-rds';
import { createDBInstance } from '../../../../src/api/rds/db-instance/create.ts';
import { deleteDBInstance } from '../../../../src/api/rds/db-instance/delete.ts';
import { restoreDBInstanceToPointInTime } from '../../../../src/api/rds/db-instance/restore-to-point-in-time.ts';
import { deleteDBInstanceAutomatedBackup } from '../../../../src/api/rds/db-instance-automated-backup/delete.ts';
import { describeDBInstanceAutomatedBackups } from '../../../../src/api/rds/db-instance-automated-backup/describe.ts';
import { operationRef } from '../../../../src/model/operation/operation.ts';
import { startTestApi, WALK_THROUGH } from '../../../support/api/api.ts';
import { select } from '../../../support/many-instances.ts';
import { insertSnapshots, newSnapshot } from '../../../support/snapshots.ts';

const DAY_MS = 24 * 60 * 60_000;
const LATEST = new Date('2026-11-26T12:00:00.000Z');

const api = await startTestApi();
after(() => api.close());

let count = 0;
/** An instance with an automated backup. */
async function backedUp(DBInstanceIdentifier: string): Promise<string> {
  const members = { BackupRetentionPeriod: 3, PreferredBackupWindow: '01:00-02:00', Port: 6000 };
  await api.call(createDBInstance, { ...WALK_THROUGH, DBInstanceIdentifier, ...members });
  await api.finish(DBInstanceIdentifier);
  const { dbiResourceId = '' } =
    (await api.inventory.instances.find({ identifier: DBInstanceIdentifier })) ?? {};
  const instance = { ...newSnapshot('any').instance, dbiResourceId, identifier: DBInstanceIdentifier };
  const createdAt = new Date('2026-11-25T00:10:00Z');
  count += 1;
  const name = `rds:${DBInstanceIdentifier}-${count}`;
  await insertSnapshots(api.databaseUrl, [newSnapshot(name, { type: 'automated', instance, createdAt })]);
  await api.inventory.upkeep.noteRestorable(dbiResourceId, LATEST);
  return dbiResourceId;
}
/** Deletes an instance as its workflow would. */
async function remove(DBInstanceIdentifier: string, DeleteAutomatedBackups?: boolean): Promise<void> {
  const members = { DBInstanceIdentifier, SkipFinalSnapshot: true, DeleteAutomatedBackups };
  await api.call(deleteDBInstance, members);
  const operation = await api.findOperation(DBInstanceIdentifier);
  assert.ok(operation);
  await api.inventory.operations.forget(operationRef(operation), []);
}
async function list(input: object = {}): Promise<DBInstanceAutomatedBackup[]> {
  const answer = await api.call<DBInstanceAutomatedBackupMessage>(describeDBInstanceAutomatedBackups, input);
  return answer.DBInstanceAutomatedBackups ?? [];
}
function removeBackup(input: object) {
  return api.call<DeleteDBInstanceAutomatedBackupResult>(deleteDBInstanceAutomatedBackup, input);
}
function upkeep(now?: Date) {
  return api.inventory.backupUpkeep.begin({ requestId: 'reconciler' }, now);
}

describe('automated backups that are retained', () => {
  test('are shown when their instance is gone, beside those of another instance with its name', async () => {
    const DbiResourceId = await backedUp('again');
    await api.call(deleteDBInstance, {
      ...{ DBInstanceIdentifier: 'again', SkipFinalSnapshot: true, DeleteAutomatedBackups: false },
    });
    assert.equal((await list({ DbiResourceId }))[0]?.Status, 'active', 'while it is being deleted');
    const operation = await api.findOperation('again');
    assert.ok(operation);
    await api.inventory.operations.forget(operationRef(operation), []);
    const [shown] = await list({ DbiResourceId });
    assert.deepEqual(
      [shown?.Status, shown?.DBInstanceIdentifier, shown?.BackupRetentionPeriod, shown?.RestoreWindow],
      ['retained', 'again', 3, { EarliestTime: new Date('2026-11-25T00:10:01.000Z'), LatestTime: LATEST }],
    );
    assert.deepEqual(
      [shown?.Port, shown?.PreferredBackupWindow, shown?.MasterUsername, shown?.AllocatedStorage],
      [6000, '01:00-02:00', 'postgres', 5],
    );
    await backedUp('again');
    const named = await list({ DBInstanceIdentifier: 'again' });
    assert.deepEqual(named.map(({ Status }) => Status).sort(), ['active', 'retained']);
    const filters = [{ Name: 'status', Values: ['retained'] }];
    assert.deepEqual(
      (await list({ Filters: filters })).map((each) => each.DbiResourceId),
      [DbiResourceId],
    );
  });

  test('stay with their snapshots until the retention period is over, and then go', async () => {
    const DbiResourceId = await backedUp('expiring');
    await remove('expiring', false);
    const isRemoved = (begun: string[]) => begun.some((name) => name.startsWith('rds:expiring'));
    assert.equal(isRemoved(await upkeep(new Date(Date.now() + 2.9 * DAY_MS))), false);
    assert.equal((await list({ DbiResourceId })).length, 1);
    assert.equal(isRemoved(await upkeep(new Date(Date.now() + 3 * DAY_MS))), true);
    await assert.rejects(list({ DbiResourceId }), { code: 'DBInstanceAutomatedBackupNotFound' });
  });

  test('are none without being asked for: RDS deletes them', async () => {
    const DbiResourceId = await backedUp('default');
    await remove('default');
    await assert.rejects(list({ DbiResourceId }), { code: 'DBInstanceAutomatedBackupNotFound' });
    assert.ok((await upkeep()).some((name) => name.startsWith('rds:default')));
  });

  test('are restored by the id of the instance that is gone, and by their ARN, and not by its name', async () => {
    const dbiResourceId = await backedUp('source');
    await remove('source', false);
    const [shown] = await list({ DbiResourceId: dbiResourceId });
    const restore = (TargetDBInstanceIdentifier: string, members: object) =>
      api.call<RestoreDBInstanceToPointInTimeResult>(restoreDBInstanceToPointInTime, {
        ...{ TargetDBInstanceIdentifier, UseLatestRestorableTime: true, ...members },
      });
    const byId = await restore('by-id', { SourceDbiResourceId: dbiResourceId });
    assert.deepEqual(
      [byId.DBInstance?.DbInstancePort, byId.DBInstance?.BackupRetentionPeriod],
      [6000, 3],
      'as the instance was when it was deleted',
    );
    const arn = shown?.DBInstanceAutomatedBackupsArn;
    await restore('by-arn', { SourceDBInstanceAutomatedBackupsArn: arn });
    const input = (await api.findOperation('by-arn'))?.input as { pointInTime?: object };
    assert.deepEqual(input.pointInTime, { source: 'source', time: LATEST.toISOString() });
    await assert.rejects(restore('by-name', { SourceDBInstanceIdentifier: 'source' }), {
      code: 'DBInstanceNotFound',
    });
    await assert.rejects(
      restore('too-late', {
        ...{ SourceDbiResourceId: dbiResourceId, UseLatestRestorableTime: undefined },
        RestoreTime: new Date(LATEST.getTime() + 1),
      }),
      { code: 'InvalidRestoreFault' },
    );
  });

  test('are deleted by id and by ARN, once, and the reconciler removes their snapshots', async () => {
    const ids = [await backedUp('first'), await backedUp('second')];
    await remove('first', false);
    await remove('second', false);
    const [second] = await list({ DbiResourceId: ids[1] });
    const { DBInstanceAutomatedBackup: answer } = await removeBackup({ DbiResourceId: ids[0] });
    assert.deepEqual([answer?.Status, answer?.DbiResourceId], ['deleting', ids[0]]);
    const arn = { DBInstanceAutomatedBackupsArn: second?.DBInstanceAutomatedBackupsArn };
    await removeBackup(arn);
    await assert.rejects(removeBackup(arn), { code: 'DBInstanceAutomatedBackupNotFound', status: 404 });
    const begun = await upkeep();
    assert.equal(begun.filter((name) => /^rds:(first|second)/.test(name)).length, 2);
  });

  test('of an instance that exists cannot be deleted', async () => {
    const DbiResourceId = await backedUp('living');
    await assert.rejects(removeBackup({ DbiResourceId }), {
      ...{ code: 'InvalidDBInstanceAutomatedBackupState', status: 400 },
    });
  });

  for (const [input, code] of [
    [{}, 'InvalidParameterCombination'],
    [{ DbiResourceId: 'db-A', DBInstanceAutomatedBackupsArn: 'arn' }, 'InvalidParameterCombination'],
    [{ DbiResourceId: 'db-A' }, 'DBInstanceAutomatedBackupNotFound'],
    [{ DBInstanceAutomatedBackupsArn: 'ab-a' }, 'DBInstanceAutomatedBackupNotFound'],
    [
      { DBInstanceAutomatedBackupsArn: 'arn:aws:rds:elsewhere:123456789012:auto-backup:ab-a' },
      'DBInstanceAutomatedBackupNotFound',
    ],
  ] as const) {
    test(`a deletion is refused: ${JSON.stringify(input)}`, async () => {
      await assert.rejects(removeBackup(input), { code });
    });
  }

  test('are at most 20, with those of instances that are being deleted', async () => {
    const present = (await api.inventory.retainedBackups.list()).length;
    await select(
      api.databaseUrl,
      `INSERT INTO retained_backup SELECT 'db-FILL' || n, instance, 3, preferred_backup_window, NULL,
              latest_restorable_at, now() FROM generate_series(1, ${19 - present}) AS n,
              (SELECT * FROM retained_backup LIMIT 1) AS any_one`,
    );
    await backedUp('twentieth');
    await backedUp('too-many');
    const deleting = (DBInstanceIdentifier: string) =>
      api.call(deleteDBInstance, {
        ...{ DBInstanceIdentifier, SkipFinalSnapshot: true, DeleteAutomatedBackups: false },
      });
    await deleting('twentieth');
    await assert.rejects(deleting('too-many'), {
      ...{ code: 'DBInstanceAutomatedBackupQuotaExceeded', status: 400 },
    });
    assert.equal((await api.inventory.instances.find({ identifier: 'too-many' }))?.status, 'available');
  });
});

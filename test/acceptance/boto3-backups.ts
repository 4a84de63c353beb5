import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { RDSClient } from '@aws-sdk/client-rds';
import { waitUntil } from '../support/wait-until.ts';
import type { Boto3 } from './boto3.ts';
import { find, query, remove, waitFor } from './rds.ts';

const DBInstanceIdentifier = 'shop';

/** Backups and what is made of them, by boto3 and its waiters. @param clients is called when the stack runs */
export function testBackups(clients: () => { boto3: Boto3; rds: RDSClient }, password: string): void {
  describe('backups, by boto3', () => {
    let boto3: Boto3;
    let rds: RDSClient;
    let moment: Date;
    before(() => {
      ({ boto3, rds } = clients());
    });

    const sql = async (text: string, identifier = DBInstanceIdentifier) => {
      const instance = await find(rds, identifier);
      assert.ok(instance);
      return query(instance, password, text);
    };
    const snapshot = async (DBSnapshotIdentifier: string) => {
      await boto3.call('create_db_snapshot', { DBInstanceIdentifier, DBSnapshotIdentifier });
      await boto3.wait('db_snapshot_available', { DBSnapshotIdentifier });
      const { DBSnapshots } = await boto3.call('describe_db_snapshots', { DBSnapshotIdentifier });
      return DBSnapshots[0];
    };

    test('an instance with a retention period gets its first backup at once', async () => {
      await boto3.call('create_db_instance', {
        ...{ DBInstanceIdentifier, DBInstanceClass: 'db.t3.micro', Engine: 'postgres', AllocatedStorage: 5 },
        ...{
          DBName: 'shop',
          MasterUsername: 'clerk',
          MasterUserPassword: password,
          BackupRetentionPeriod: 1,
        },
      });
      await boto3.wait('db_instance_available', { DBInstanceIdentifier });
      await boto3.wait('db_snapshot_available', { DBInstanceIdentifier, SnapshotType: 'automated' });
      const { DBSnapshots } = await boto3.call('describe_db_snapshots', { DBInstanceIdentifier });
      assert.match(DBSnapshots[0].DBSnapshotIdentifier, /^rds:shop-\d{4}-/);
    });

    test('a snapshot is made, and makes what was committed before restorable', async () => {
      await waitFor(rds, DBInstanceIdentifier, 'available');
      await sql('CREATE TABLE orders AS SELECT 1 AS id');
      const made = await snapshot('shop-first');
      assert.deepEqual([made.Status, made.SnapshotType, made.PercentProgress], ['available', 'manual', 100]);
      await sql('INSERT INTO orders VALUES (2)');
      const [row] = await sql('SELECT clock_timestamp() AS moment');
      moment = row?.moment as Date;
      const isOver = async () => ((await sql('SELECT clock_timestamp() AS now'))[0]?.now as Date) > moment;
      await waitUntil('the millisecond is over', isOver);
      await sql('DROP TABLE orders');
      await snapshot('shop-second');
      const isRestorable = async () =>
        ((await find(rds, DBInstanceIdentifier))?.LatestRestorableTime ?? new Date(0)) >= moment;
      await waitUntil('the moment can be restored', isRestorable);
    });

    test('an instance is made of the snapshot, and one of the moment, each with its rows', async () => {
      await boto3.call('restore_db_instance_from_db_snapshot', {
        ...{ DBInstanceIdentifier: 'shop-snapshot', DBSnapshotIdentifier: 'shop-first' },
      });
      await boto3.call('restore_db_instance_to_point_in_time', {
        ...{ SourceDBInstanceIdentifier: DBInstanceIdentifier, TargetDBInstanceIdentifier: 'shop-moment' },
        RestoreTime: moment.toISOString(),
      });
      for (const [identifier, ids] of [
        ['shop-snapshot', [1]],
        ['shop-moment', [1, 2]],
      ] as const) {
        await boto3.wait('db_instance_available', { DBInstanceIdentifier: identifier });
        const rows = await sql('SELECT id FROM orders ORDER BY id', identifier);
        assert.deepEqual(
          rows.map(({ id }) => id),
          ids,
          identifier,
        );
        await remove(rds, identifier);
      }
    });

    test('snapshots are deleted', async () => {
      for (const DBSnapshotIdentifier of ['shop-first', 'shop-second']) {
        await boto3.call('delete_db_snapshot', { DBSnapshotIdentifier });
        await boto3.wait('db_snapshot_deleted', { DBSnapshotIdentifier });
        await assert.rejects(boto3.call('describe_db_snapshots', { DBSnapshotIdentifier }), {
          code: 'DBSnapshotNotFound',
        });
      }
    });

    test('automated backups outlive the instance where they are retained, until they are deleted', async () => {
      await boto3.call('delete_db_instance', {
        ...{ DBInstanceIdentifier, SkipFinalSnapshot: true, DeleteAutomatedBackups: false },
      });
      await boto3.wait('db_instance_deleted', { DBInstanceIdentifier });
      const [{ DBInstanceAutomatedBackups: kept }] = await boto3.pages(
        'describe_db_instance_automated_backups',
        { Filters: [{ Name: 'status', Values: ['retained'] }] },
      );
      assert.deepEqual(
        kept.map((each: Record<string, unknown>) => each.DBInstanceIdentifier),
        [DBInstanceIdentifier],
      );
      const { DbiResourceId } = kept[0];
      await boto3.call('delete_db_instance_automated_backup', { DbiResourceId });
      await assert.rejects(boto3.call('describe_db_instance_automated_backups', { DbiResourceId }), {
        code: 'DBInstanceAutomatedBackupNotFound',
      });
    });
  });
}

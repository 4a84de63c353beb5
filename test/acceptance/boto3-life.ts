import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { RDSClient } from '@aws-sdk/client-rds';
import pg from 'pg';
import { anyTls } from '../support/any-tls.ts';
import type { Boto3 } from './boto3.ts';
import { query, waitFor } from './rds.ts';

// MasterUserPassword of API_CreateDBInstance: any printable ASCII character except /, " and @.
const EVERY_CHARACTER = Array.from({ length: 95 }, (_, n) => String.fromCharCode(32 + n))
  .filter((character) => !'/"@'.includes(character))
  .join('');

/** The server itself refuses the connection: wrong password. */
const WRONG_PASSWORD = { code: '28P01' };

/** The life of an instance, by boto3. @param clients is called when the stack runs */
export function testBoto3(clients: () => { boto3: Boto3; rds: RDSClient }, anotherPassword: string): void {
  describe('boto3', () => {
    let boto3: Boto3;
    let rds: RDSClient;
    before(() => {
      ({ boto3, rds } = clients());
    });

    const DBInstanceIdentifier = 'life';
    const changes = (parameters: Readonly<Record<string, unknown>>) =>
      boto3.call('modify_db_instance', { DBInstanceIdentifier, ApplyImmediately: true, ...parameters });
    const available = async () => {
      await boto3.wait('db_instance_available', { DBInstanceIdentifier });
      const { DBInstances } = await boto3.call('describe_db_instances', { DBInstanceIdentifier });
      return DBInstances[0];
    };
    let password = EVERY_CHARACTER;

    test('makes an instance with a password of every accepted character', async () => {
      const Tags = [{ Key: 'by', Value: 'boto3' }];
      await boto3.call('create_db_instance', {
        ...{ DBInstanceIdentifier, DBInstanceClass: 'db.t3.micro', Engine: 'postgres', AllocatedStorage: 20 },
        ...{
          DBName: 'app',
          MasterUsername: 'clerk',
          MasterUserPassword: password,
          DeletionProtection: true,
          Tags,
        },
      });
      const { TagList, Endpoint, ...instance } = await available();
      assert.deepEqual(TagList, Tags);
      assert.equal(Endpoint.Port, 5432);
      await query({ Endpoint, ...instance }, password, 'CREATE TABLE kept AS SELECT 42 AS n');
    });

    test('changes storage, class and password of the instance', async () => {
      await changes({
        AllocatedStorage: 25,
        DBInstanceClass: 'db.t3.small',
        MasterUserPassword: anotherPassword,
      });
      const instance = await available();
      assert.deepEqual([instance.AllocatedStorage, instance.DBInstanceClass], [25, 'db.t3.small']);
      await assert.rejects(query(instance, password, 'SELECT 1'), WRONG_PASSWORD);
      password = anotherPassword;
      assert.deepEqual(await query(instance, password, 'SELECT n FROM kept'), [{ n: 42 }]);
    });

    test('reboots the instance: connections are cut, data stays', async () => {
      const instance = await available();
      const [{ started } = {}] = await query(
        instance,
        password,
        'SELECT pg_postmaster_start_time() AS started',
      );
      const open = new pg.Client({
        ...{ host: instance.Endpoint.Address, port: 5432, user: 'clerk', database: 'app', password },
        ssl: anyTls,
      });
      const cut = new Promise<Error>((resolve) => open.once('error', resolve));
      await open.connect();
      const { DBInstance } = await boto3.call('reboot_db_instance', { DBInstanceIdentifier });
      assert.equal(DBInstance.DBInstanceStatus, 'rebooting');
      // 57P01: terminating connection due to administrator command
      assert.equal(((await cut) as pg.DatabaseError).code, '57P01');
      await open.end().catch(() => {});
      const [{ started: again, n } = {}] = await query(
        await available(),
        password,
        'SELECT pg_postmaster_start_time() AS started, n FROM kept',
      );
      assert.equal(n, 42);
      assert.ok((again as Date) > (started as Date));
    });

    test('makes a snapshot and deletes it: its waiters end', async () => {
      const DBSnapshotIdentifier = 'of-life';
      await boto3.call('create_db_snapshot', { DBInstanceIdentifier, DBSnapshotIdentifier });
      await boto3.wait('db_snapshot_available', { DBSnapshotIdentifier });
      await available();
      const { DBSnapshot } = await boto3.call('delete_db_snapshot', { DBSnapshotIdentifier });
      assert.equal(DBSnapshot.Status, 'deleted');
      await boto3.wait('db_snapshot_deleted', { DBSnapshotIdentifier });
      await assert.rejects(boto3.call('describe_db_snapshots', { DBSnapshotIdentifier }), {
        code: 'DBSnapshotNotFound',
      });
    });

    test('stops the instance: connections and calls that need it running are refused', async () => {
      const instance = await available();
      await boto3.call('stop_db_instance', { DBInstanceIdentifier });
      await waitFor(rds, DBInstanceIdentifier, 'stopped');
      await assert.rejects(query(instance, password, 'SELECT 1'), { code: 'ECONNREFUSED' });
      const refused = { code: 'InvalidDBInstanceState', message: /Current state: stopped\./ };
      await assert.rejects(changes({ AllocatedStorage: 30 }), refused);
      await assert.rejects(boto3.call('reboot_db_instance', { DBInstanceIdentifier }), refused);
      await assert.rejects(boto3.call('stop_db_instance', { DBInstanceIdentifier }), refused);
    });

    test('starts the instance: its data is as before', async () => {
      const before = await waitFor(rds, DBInstanceIdentifier, 'stopped');
      await boto3.call('start_db_instance', { DBInstanceIdentifier });
      const instance = await available();
      assert.deepEqual(instance.Endpoint, before.Endpoint);
      assert.deepEqual(await query(instance, password, 'SELECT n FROM kept'), [{ n: 42 }]);
    });

    test('cannot delete the instance while it is protected', async () => {
      const remove = (parameters: object) =>
        boto3.call('delete_db_instance', { DBInstanceIdentifier, ...parameters });
      await assert.rejects(remove({ SkipFinalSnapshot: true }), {
        code: 'InvalidParameterCombination',
        message: 'Cannot delete protected DB Instance, please disable deletion protection and try again.',
      });
      await changes({ DeletionProtection: false });
      await assert.rejects(remove({ SkipFinalSnapshot: true, FinalDBSnapshotIdentifier: 'last' }), {
        code: 'InvalidParameterCombination',
      });
      const { DBInstance } = await remove({ SkipFinalSnapshot: true });
      assert.equal(DBInstance.DBInstanceStatus, 'deleting');
      await boto3.wait('db_instance_deleted', { DBInstanceIdentifier });
      await assert.rejects(boto3.call('describe_db_instances', { DBInstanceIdentifier }), {
        code: 'DBInstanceNotFound',
      });
    });

    test('reads the events of the instance, even after its deletion', async () => {
      const [{ Events }] = await boto3.pages('describe_events', {
        SourceType: 'db-instance',
        SourceIdentifier: DBInstanceIdentifier,
        Duration: 60,
      });
      assert.deepEqual(
        Events.map(({ Message }: { Message: string }) => Message),
        [
          'DB instance created',
          'Note: CPUs, memory and disk of a local machine are recorded, not enforced: it shares those of this computer',
          'Applying modification to allocated storage',
          'Applying modification to database instance class',
          'Reset master credentials',
          'Note: CPUs, memory and disk of a local machine are recorded, not enforced: it shares those of this computer',
          'Finished applying modification to allocated storage: 25 GiB',
          'Finished applying modification to DB instance class: db.t3.small',
          'DB instance restarted',
          'Backing up DB instance',
          'Finished DB instance backup',
          'DB instance stopped',
          'DB instance started',
          'DB instance deleted',
        ],
      );
    });
  });
}

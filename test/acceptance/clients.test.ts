import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  type DBInstance,
  DescribeDBInstancesCommand,
  InvalidDBInstanceStateFault,
  ModifyDBInstanceCommand,
  paginateDescribeDBInstances,
  paginateDescribeOrderableDBInstanceOptions,
  type RDSClient,
  waitUntilDBInstanceAvailable,
} from '@aws-sdk/client-rds';
import pg from 'pg';
import { type Aws, createAws } from './aws.ts';
import { type Boto3, startBoto3 } from './boto3.ts';
import { masterUserRights } from './master-user.ts';
import { mistakes } from './mistakes.ts';
import { psql } from './psql.ts';
import { create, createRds, query, remove, waitFor } from './rds.ts';
import { makeStateDir, removeState, type Stack, startStack } from './stack.ts';

const PASSWORD = "C0nf'de tie!";
// MasterUserPassword of API_CreateDBInstance: any printable ASCII character except /, " and @.
const EVERY_CHARACTER = Array.from({ length: 95 }, (_, n) => String.fromCharCode(32 + n))
  .filter((character) => !'/"@'.includes(character))
  .join('');

let stateDir: string;
let stack: Stack;
let rds: RDSClient;
let aws: Aws;
let boto3: Boto3;

before(async () => {
  stateDir = await makeStateDir();
  stack = await startStack(stateDir);
  rds = createRds(stack);
  aws = createAws(stack);
  boto3 = startBoto3(stack);
});
after(async () => {
  await boto3?.stop();
  rds?.destroy();
  assert.equal(await stack?.stop(), 0);
  await removeState(stateDir);
});

async function describeOne(name: string): Promise<DBInstance> {
  const { DBInstances } = await aws.rds('describe-db-instances', '--db-instance-identifier', name);
  return DBInstances[0];
}
/** The server itself refuses the connection: wrong password. */
const WRONG_PASSWORD = { code: '28P01' };

describe('the aws CLI', () => {
  test('makes an instance that psql opens, as the walk-through does', async () => {
    const { DBInstance: created } = await aws.rds(
      'create-db-instance',
      ...['--db-instance-identifier', 'test0', '--db-instance-class', 'db.t2.micro'],
      ...['--engine', 'postgres', '--allocated-storage', '5'],
      ...['--master-username', 'postgres', '--master-user-password', PASSWORD],
    );
    assert.equal(created.DBInstanceStatus, 'creating');
    assert.equal(created.Endpoint, undefined);
    assert.equal(created.DBInstanceArn, `arn:aws:rds:${stack.region}:000000000000:db:test0`);

    // The command's own waiter polls every 30 seconds.
    await waitFor(rds, 'test0', 'available');
    await aws.rds('wait', 'db-instance-available', '--db-instance-identifier', 'test0');
    const instance = await describeOne('test0');
    assert.equal(instance.DBName, 'test0');
    const version = await psql(instance, PASSWORD, 'select version()');
    assert.ok(version.startsWith(`PostgreSQL ${instance.EngineVersion} `), version);
    const proven = { PGSSLMODE: 'verify-full', PGSSLROOTCERT: join(stateDir, 'authority.crt') };
    assert.equal(await psql(instance, PASSWORD, 'show ssl', proven), 'on');
  });

  test('creates, modifies, reboots and deletes an instance with a port of its own', async () => {
    const id = ['--db-instance-identifier', 'ported'];
    await aws.rds(
      ...['create-db-instance', ...id, '--db-instance-class', 'db.t2.micro', '--engine', 'postgres'],
      ...['--allocated-storage', '5', '--port', '6000'],
      ...['--master-username', 'postgres', '--master-user-password', PASSWORD],
    );
    const created = await waitFor(rds, 'ported', 'available');
    assert.equal(created.Endpoint?.Port, 6000);
    assert.deepEqual(await query(created, PASSWORD, 'SHOW port'), [{ port: '6000' }]);

    const changes = ['--master-user-password', 'another-one', '--db-instance-class', 'db.t2.small'];
    await aws.rds('modify-db-instance', ...id, ...changes, '--apply-immediately');
    await waitFor(rds, 'ported', 'available');
    await aws.rds('reboot-db-instance', ...id);
    const rebooted = await waitFor(rds, 'ported', 'available');
    assert.deepEqual(await query(rebooted, 'another-one', 'SHOW port'), [{ port: '6000' }]);
    await remove(rds, 'ported');
  });

  test('lists instances, the inventory first, and finds them by filters', async () => {
    const names = async (...args: string[]) =>
      (await aws.rds('describe-db-instances', ...args)).DBInstances.map(
        ({ DBInstanceIdentifier }: DBInstance) => DBInstanceIdentifier,
      );
    assert.deepEqual(await names(), ['cornac', 'test0']);
    assert.deepEqual(await names('--page-size', '20'), ['cornac', 'test0']);
    assert.deepEqual(await names('--filters', 'Name=db-instance-id,Values=nobody,test0'), ['test0']);
    assert.deepEqual(await names('--filters', 'Name=engine,Values=mysql'), []);
    const { DbiResourceId } = await describeOne('TEST0');
    assert.deepEqual(await names('--filters', `Name=dbi-resource-id,Values=${DbiResourceId}`), ['test0']);
  });

  test('adds, lists and removes tags', async () => {
    const { DBInstanceArn: arn = '' } = await describeOne('test0');
    const tagList = async () => (await aws.rds('list-tags-for-resource', '--resource-name', arn)).TagList;
    await aws.rds(
      ...['add-tags-to-resource', '--resource-name', arn, '--tags'],
      ...['Key=team,Value=desk', 'Key=a b,Value=é: x+y=z/@'],
    );
    const both = [
      { Key: 'team', Value: 'desk' },
      { Key: 'a b', Value: 'é: x+y=z/@' },
    ];
    assert.deepEqual(await tagList(), both);
    assert.deepEqual((await describeOne('test0')).TagList, both);
    await aws.rds('remove-tags-from-resource', '--resource-name', arn, '--tag-keys', 'team', 'other');
    assert.deepEqual(await tagList(), both.slice(1));
  });

  test('keeps a modification pending that is not to be applied immediately', async () => {
    const modify = (...args: string[]) =>
      aws.rds('modify-db-instance', '--db-instance-identifier', 'test0', ...args);
    const { DBInstance } = await modify('--allocated-storage', '6');
    assert.deepEqual(DBInstance.PendingModifiedValues, { AllocatedStorage: 6 });
    assert.equal((await describeOne('test0')).AllocatedStorage, 5);
    await modify('--apply-immediately');
    const { AllocatedStorage, PendingModifiedValues } = await waitFor(rds, 'test0', 'available');
    assert.deepEqual([AllocatedStorage, PendingModifiedValues], [6, {}]);
  });

  test('shows versions and orderable options', async () => {
    const { EngineVersion = '' } = await describeOne('test0');
    const { DBEngineVersions } = await aws.rds(
      ...['describe-db-engine-versions', '--engine', 'postgres', '--default-only'],
    );
    assert.deepEqual(
      DBEngineVersions.map((each: Record<string, unknown>) => [each.Engine, each.EngineVersion]),
      [['postgres', EngineVersion]],
    );
    const { OrderableDBInstanceOptions } = await aws.rds(
      ...[
        'describe-orderable-db-instance-options',
        '--engine',
        'postgres',
        '--engine-version',
        EngineVersion,
      ],
      ...['--db-instance-class', 'db.t2.micro'],
    );
    assert.ok(OrderableDBInstanceOptions.length > 0);
    for (const { DBInstanceClass, EngineVersion: version } of OrderableDBInstanceOptions) {
      assert.deepEqual([DBInstanceClass, version], ['db.t2.micro', EngineVersion]);
    }
  });

  describe('reports what is wrong with', { concurrency: 2 }, () => {
    for (const [what, args, told] of mistakes) {
      test(what, async () => {
        const { code, stderr } = await aws.fails(...args);
        // The exit code of an error of the service: 255 in version 1, 254 now.
        assert.ok(code === 254 || code === 255, `exit code ${code}`);
        assert.match(stderr, told);
      });
    }
  });

  test('reports a wrong secret key', async () => {
    const { stderr } = await createAws({
      ...stack,
      env: { ...stack.env, AWS_SECRET_ACCESS_KEY: 'another' },
    }).fails('describe-db-instances');
    assert.match(stderr, /\(SignatureDoesNotMatch\)/);
  });
});

describe('the master user', () => {
  for (const [what, check] of masterUserRights) {
    test(what, async () => check(await waitFor(rds, 'test0', 'available'), PASSWORD));
  }
});

describe('boto3', () => {
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
    await changes({ AllocatedStorage: 25, DBInstanceClass: 'db.t3.small', MasterUserPassword: PASSWORD });
    const instance = await available();
    assert.deepEqual([instance.AllocatedStorage, instance.DBInstanceClass], [25, 'db.t3.small']);
    await assert.rejects(query(instance, password, 'SELECT 1'), WRONG_PASSWORD);
    password = PASSWORD;
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
        'DB instance stopped',
        'DB instance started',
        'DB instance deleted',
      ],
    );
  });
});

describe('the JavaScript SDK', () => {
  test('reads long lists page by page', async () => {
    const found: string[] = [];
    let pages = 0;
    const request = { Engine: 'postgres', MaxRecords: 20 };
    for await (const page of paginateDescribeOrderableDBInstanceOptions({ client: rds }, request)) {
      pages += 1;
      for (const { DBInstanceClass, EngineVersion, StorageType } of page.OrderableDBInstanceOptions ?? []) {
        found.push(`${DBInstanceClass} ${EngineVersion} ${StorageType}`);
      }
    }
    assert.ok(pages > 2);
    assert.equal(new Set(found).size, found.length);
    for await (const { DBInstances = [] } of paginateDescribeDBInstances({ client: rds }, {})) {
      assert.ok(DBInstances.length > 0);
    }
  });

  test('makes an instance, waits for it, and gets an error as its class', async () => {
    await create(rds, 'js', PASSWORD);
    await assert.rejects(
      rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: 'js', AllocatedStorage: 6 })),
      InvalidDBInstanceStateFault,
    );
    const { state } = await waitUntilDBInstanceAvailable(
      { client: rds, maxWaitTime: 180, minDelay: 1, maxDelay: 2 },
      { DBInstanceIdentifier: 'js' },
    );
    assert.equal(state, 'SUCCESS');
    const { DBInstances: [instance] = [] } = await rds.send(
      new DescribeDBInstancesCommand({ DBInstanceIdentifier: 'js' }),
    );
    assert.ok(instance?.InstanceCreateTime instanceof Date);
  });
});

test('the aws CLI deletes the instance that it made', async () => {
  const { DBInstance } = await aws.rds(
    ...['delete-db-instance', '--db-instance-identifier', 'test0', '--skip-final-snapshot'],
  );
  assert.equal(DBInstance.DBInstanceStatus, 'deleting');
  await boto3.wait('db_instance_deleted', { DBInstanceIdentifier: 'test0' });
  await aws.rds('wait', 'db-instance-deleted', '--db-instance-identifier', 'test0');
  const { code, stderr } = await aws.fails('describe-db-instances', '--db-instance-identifier', 'test0');
  assert.ok(code === 254 || code === 255);
  assert.match(stderr, /\(DBInstanceNotFound\)/);
});

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
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
import { type Aws, createAws } from './aws.ts';
import { type Boto3, startBoto3 } from './boto3.ts';
import { testBackups } from './boto3-backups.ts';
import { testBoto3 } from './boto3-life.ts';
import { testLogFiles } from './log-files.ts';
import { masterUserRights } from './master-user.ts';
import { mistakes } from './mistakes.ts';
import { psql } from './psql.ts';
import { create, createRds, query, remove, waitFor } from './rds.ts';
import { CLI, cleanEnvironment, makeStateDir, removeState, type Stack, startStack } from './stack.ts';

const PASSWORD = "C0nf'de tie!";

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
    const cornac = (...args: string[]) =>
      promisify(execFile)(process.execPath, [CLI, ...args], {
        env: { ...cleanEnvironment(), CORNAC_CONFIG: stack.config },
      });
    const { stderr: watched } = await cornac('watch', 'test0');
    assert.match(watched, /^No operation on test0 is under way. Its last one:\nhttp:.*\/workflows\/db-/);
    const { stdout: bundle } = await cornac('ca');
    const file = join(stateDir, 'cornac-ca.pem');
    await writeFile(file, bundle);
    const proven = { PGSSLMODE: 'verify-full', PGSSLROOTCERT: file };
    assert.equal(await psql(instance, PASSWORD, 'show ssl', proven), 'on');
    assert.equal(await (await fetch(`${stack.ops}/ca.pem`)).text(), bundle);
    assert.equal(await readFile(join(stateDir, 'authority.crt'), 'utf8'), bundle);
    const open = psql(instance, PASSWORD, 'select 1', { PGSSLMODE: 'disable' });
    if (Number.parseInt(instance.EngineVersion ?? '', 10) < 15) assert.equal(await open, '1');
    else await assert.rejects(open, /no pg_hba\.conf entry for host .* no encryption/);
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

testBoto3(() => ({ boto3, rds }), PASSWORD);
testBackups(() => ({ boto3, rds }), PASSWORD);
testLogFiles(() => ({ aws, boto3, rds }), 'test0', PASSWORD);

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

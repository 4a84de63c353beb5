import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { type DBInstance, DescribeDBEngineVersionsCommand, type RDSClient } from '@aws-sdk/client-rds';
import { waitUntil } from '../support/wait-until.ts';
import { createRds, find, query } from './rds.ts';
import { clientEnvironment, makeStateDir, removeState, type Stack, startStack } from './stack.ts';

const PASSWORD = "C0nf'de tie!";
/** The provider accepts only regions of AWS. */
const REGION = 'us-east-1';

interface Setting {
  readonly name: string;
  readonly value: string;
  readonly method: 'immediate' | 'pending-reboot';
}

/** The directory in which scripts/test-terraform has run `terraform init`. */
const directory = process.env.TEST_TERRAFORM;
const skip = directory ? false : 'it waits for minutes: npm run test:terraform';

describe('Terraform', { skip }, () => {
  let stateDir: string;
  let stack: Stack;
  let rds: RDSClient;
  /** Of the newest version on this computer. */
  let family = '';

  before(async () => {
    stateDir = await makeStateDir();
    stack = await startStack(stateDir, { env: { CORNAC_REGION: `local,${REGION}` } });
    rds = createRds(stack);
    const { DBEngineVersions } = await rds.send(new DescribeDBEngineVersionsCommand({ DefaultOnly: true }));
    family = DBEngineVersions?.at(-1)?.DBParameterGroupFamily ?? '';
  });
  after(async () => {
    rds?.destroy();
    await stack?.stop();
    await removeState(stateDir);
  });

  let copies = 0;
  let replica: '' | 'source' | 'own' = '';
  let parameters: readonly Setting[] = [
    { name: 'max_connections', value: '50', method: 'pending-reboot' },
    { name: 'work_mem', value: '5000', method: 'immediate' },
    // A dynamic parameter may wait as well, and comes back with the method that was sent.
    { name: 'log_min_duration_statement', value: '100', method: 'pending-reboot' },
  ];

  const terraform = async (storage: number, tags: Readonly<Record<string, string>>, ...args: string[]) => {
    const env = {
      ...clientEnvironment({ ...stack, region: REGION }),
      TF_IN_AUTOMATION: '1',
      TF_VAR_password: PASSWORD,
      TF_VAR_storage: `${storage}`,
      TF_VAR_tags: JSON.stringify(tags),
      TF_VAR_family: family,
      TF_VAR_copies: `${copies}`,
      TF_VAR_replica: replica,
      TF_VAR_parameters: JSON.stringify(parameters),
    };
    const { stdout } = await promisify(execFile)('terraform', [...args, '-no-color'], {
      cwd: directory ?? '',
      env,
    }).catch((error) => {
      throw new Error(`${error.message}\n${error.stdout}`);
    });
    return stdout;
  };
  const show = async (instance: DBInstance, name: string) =>
    (await query(instance, PASSWORD, `SELECT current_setting('${name}') AS value`))[0]?.value;

  /** `plan` exits with 2, an error here, when anything differs. */
  const plan = ['plan', '-input=false', '-detailed-exitcode'];
  const apply = ['apply', '-input=false', '-auto-approve'];

  test('makes an instance, and a second plan finds no difference', async () => {
    const tags = { team: 'desk' };
    const told = await terraform(20, tags, ...apply);
    assert.match(told, /Apply complete! Resources: 2 added, 0 changed, 0 destroyed\./);
    const instance = await find(rds, 'orders');
    assert.ok(instance);
    assert.match(told, new RegExp(`address = "${instance.Endpoint?.Address}"`));
    await query(instance, PASSWORD, 'CREATE TABLE kept AS SELECT 42 AS n');
    assert.deepEqual(await show(instance, 'max_connections'), '50');
    assert.match(await terraform(20, tags, ...plan), /No changes\./);
  });

  test('makes a snapshot, an instance of it and one of a moment, and a second plan finds no difference', async () => {
    const instance = await find(rds, 'orders');
    assert.ok(instance);
    const [row] = await query(instance, PASSWORD, 'SELECT clock_timestamp() AS now');
    const isRestorable = async () =>
      ((await find(rds, 'orders'))?.LatestRestorableTime ?? new Date(0)) >= (row?.now as Date);
    await waitUntil('the table is in the repository', isRestorable, { withinMs: 6 * 60_000, everyMs: 1000 });
    copies = 1;
    const tags = { team: 'desk' };
    const told = await terraform(20, tags, ...apply);
    assert.match(told, /Apply complete! Resources: 3 added, 0 changed, 0 destroyed\./);
    for (const name of ['orders-snapshot', 'orders-moment']) {
      const made = await find(rds, name);
      assert.ok(made);
      assert.deepEqual(await query(made, PASSWORD, 'SELECT n FROM kept'), [{ n: 42 }]);
    }
    assert.match(await terraform(20, tags, ...plan), /No changes\./);
    copies = 0;
    const removed = await terraform(20, tags, ...apply);
    assert.match(removed, /Apply complete! Resources: 0 added, 0 changed, 3 destroyed\./);
    assert.match(await terraform(20, tags, ...plan), /No changes\./);
  });

  test('makes a read replica, promotes it, and each time a second plan finds no difference', async () => {
    const tags = { team: 'desk' };
    replica = 'source';
    assert.match(
      await terraform(20, tags, ...apply),
      /Apply complete! Resources: 1 added, 0 changed, 0 destroyed\./,
    );
    const made = await find(rds, 'orders-replica');
    assert.ok(made);
    assert.equal(made.ReadReplicaSourceDBInstanceIdentifier, 'orders');
    assert.deepEqual(await query(made, PASSWORD, 'SELECT n FROM kept'), [{ n: 42 }]);
    assert.match(await terraform(20, tags, ...plan), /No changes\./);
    replica = 'own';
    assert.match(
      await terraform(20, tags, ...apply),
      /Apply complete! Resources: 0 added, 1 changed, 0 destroyed\./,
    );
    const promoted = await find(rds, 'orders-replica');
    assert.ok(promoted);
    assert.equal(promoted.ReadReplicaSourceDBInstanceIdentifier, undefined);
    await query(promoted, PASSWORD, 'INSERT INTO kept VALUES (43)');
    assert.match(await terraform(20, tags, ...plan), /No changes\./);
    replica = '';
    const removed = await terraform(20, tags, ...apply);
    assert.match(removed, /Apply complete! Resources: 0 added, 0 changed, 1 destroyed\./);
  });

  test('changes storage and tags in place', async () => {
    const tags = { team: 'chair', cost: '1' };
    const told = await terraform(25, tags, ...apply);
    assert.match(told, /Apply complete! Resources: 0 added, 2 changed, 0 destroyed\./);
    const instance = await find(rds, 'orders');
    assert.ok(instance);
    assert.equal(instance.AllocatedStorage, 25);
    const found = (instance.TagList ?? []).map(({ Key, Value }) => [Key, Value]);
    assert.deepEqual(Object.fromEntries(found), tags);
    assert.deepEqual(await query(instance, PASSWORD, 'SELECT n FROM kept'), [{ n: 42 }]);
    assert.match(await terraform(25, tags, ...plan), /No changes\./);
  });

  test('changes, adds and resets parameters in place, and a second plan finds no difference', async () => {
    const tags = { team: 'chair', cost: '1' };
    parameters = [
      {
        name: 'max_connections',
        value: 'LEAST({DBInstanceClassMemory/9531392},60)',
        method: 'pending-reboot',
      },
      { name: 'work_mem', value: '6000', method: 'immediate' },
      { name: 'rds.force_ssl', value: '0', method: 'immediate' },
    ];
    const told = await terraform(25, tags, ...apply);
    assert.match(told, /Apply complete! Resources: 0 added, 1 changed, 0 destroyed\./);
    assert.match(await terraform(25, tags, ...plan), /No changes\./);
    const applyStatus = async () => (await find(rds, 'orders'))?.DBParameterGroups?.[0]?.ParameterApplyStatus;
    await waitUntil('the parameters are applied', async () => (await applyStatus()) === 'pending-reboot');
    const instance = await find(rds, 'orders');
    assert.ok(instance);
    assert.equal(await show(instance, 'work_mem'), '6000kB');
    assert.equal(await show(instance, 'max_connections'), '50');

    parameters = [];
    await terraform(25, tags, ...apply);
    assert.match(await terraform(25, tags, ...plan), /No changes\./);
  });

  test('destroys the instance', async () => {
    const told = await terraform(25, {}, 'destroy', '-input=false', '-auto-approve');
    assert.match(told, /Destroy complete! Resources: 2 destroyed\./);
    assert.equal(await find(rds, 'orders'), undefined);
  });
});

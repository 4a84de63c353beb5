import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { RDSClient } from '@aws-sdk/client-rds';
import { createRds, find, query } from './rds.ts';
import { clientEnvironment, makeStateDir, removeState, type Stack, startStack } from './stack.ts';

const PASSWORD = "C0nf'de tie!";
/** The provider accepts only regions of AWS. */
const REGION = 'us-east-1';
/** The directory in which scripts/test-terraform has run `terraform init`. */
const directory = process.env.TEST_TERRAFORM;
const skip = directory ? false : 'it waits for minutes: npm run test:terraform';

describe('Terraform', { skip }, () => {
  let stateDir: string;
  let stack: Stack;
  let rds: RDSClient;

  before(async () => {
    stateDir = await makeStateDir();
    stack = await startStack(stateDir, { env: { CORNAC_REGION: `local,${REGION}` } });
    rds = createRds(stack);
  });
  after(async () => {
    rds?.destroy();
    await stack?.stop();
    await removeState(stateDir);
  });

  const terraform = async (storage: number, tags: Readonly<Record<string, string>>, ...args: string[]) => {
    const env = {
      ...clientEnvironment({ ...stack, region: REGION }),
      TF_IN_AUTOMATION: '1',
      TF_VAR_password: PASSWORD,
      TF_VAR_storage: `${storage}`,
      TF_VAR_tags: JSON.stringify(tags),
    };
    const { stdout } = await promisify(execFile)('terraform', [...args, '-no-color'], {
      cwd: directory ?? '',
      env,
    });
    return stdout;
  };
  /** `plan` exits with 2, an error here, when anything differs. */
  const plan = ['plan', '-input=false', '-detailed-exitcode'];
  const apply = ['apply', '-input=false', '-auto-approve'];

  test('makes an instance, and a second plan finds no difference', async () => {
    const tags = { team: 'desk' };
    const told = await terraform(20, tags, ...apply);
    assert.match(told, /Apply complete! Resources: 1 added, 0 changed, 0 destroyed\./);
    const instance = await find(rds, 'orders');
    assert.ok(instance);
    assert.match(told, new RegExp(`address = "${instance.Endpoint?.Address}"`));
    await query(instance, PASSWORD, 'CREATE TABLE kept AS SELECT 42 AS n');
    assert.match(await terraform(20, tags, ...plan), /No changes\./);
  });

  test('changes storage and tags in place', async () => {
    const tags = { team: 'chair', cost: '1' };
    const told = await terraform(25, tags, ...apply);
    assert.match(told, /Apply complete! Resources: 0 added, 1 changed, 0 destroyed\./);
    const instance = await find(rds, 'orders');
    assert.ok(instance);
    assert.equal(instance.AllocatedStorage, 25);
    const found = (instance.TagList ?? []).map(({ Key, Value }) => [Key, Value]);
    assert.deepEqual(Object.fromEntries(found), tags);
    assert.deepEqual(await query(instance, PASSWORD, 'SELECT n FROM kept'), [{ n: 42 }]);
    assert.match(await terraform(25, tags, ...plan), /No changes\./);
  });

  test('destroys the instance', async () => {
    const told = await terraform(25, {}, 'destroy', '-input=false', '-auto-approve');
    assert.match(told, /Destroy complete! Resources: 1 destroyed\./);
    assert.equal(await find(rds, 'orders'), undefined);
  });
});

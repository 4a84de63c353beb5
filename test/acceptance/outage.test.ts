import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import {
  type DBInstance,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  paginateDescribeDBInstances,
  type RDSClient,
  RDSServiceException,
} from '@aws-sdk/client-rds';
import { waitUntil } from '../support/wait-until.ts';
import { createAws } from './aws.ts';
import { type Boto3, startBoto3 } from './boto3.ts';
import { messages, testLostAnswers } from './lost-answers.ts';
import { describeOpenWorkflows } from './open-workflows.ts';
import { installParts, type Part, type Parts } from './parts.ts';
import { listProcesses, signalAll } from './processes.ts';
import { create, createRds, find, query, remove, waitFor } from './rds.ts';
import { type Access, clientEnvironment, makeStateDir, removeState } from './stack.ts';

const PASSWORD = "C0nf'de tie!";

let stateDir: string;
let parts: Parts;
let gateway: Part;
let temporal: Part;
let worker: Part;
let rds: RDSClient;
let boto3: Boto3;

function bothOf(access: Access) {
  return { endpoint: access.endpoint, env: clientEnvironment(access) };
}

before(async () => {
  stateDir = await makeStateDir();
  parts = await installParts(stateDir);
  temporal = await parts.startTemporal();
  gateway = await parts.startGateway();
  // Once, so that the inventory knows the versions of PostgreSQL.
  worker = await parts.startWorker();
  rds = createRds(parts.access);
  boto3 = startBoto3(bothOf(parts.access));
});
after(async () => {
  await boto3?.stop();
  rds?.destroy();
  for (const part of [gateway, worker, temporal]) await part?.stop();
  // SIGINT makes PostgreSQL shut down fast and cleanly.
  signalAll(await processesIn(stateDir), 'SIGINT');
  await until('the end of the machines', async () => (await processesIn(stateDir)).length === 0);
  await removeState(stateDir);
});

afterEach(async (context) => {
  if (!('passed' in context) || context.passed) return;
  console.error(await describeOpenWorkflows({ address: parts.temporalAddress }).catch(String));
});

async function processesIn(directory: string) {
  return listProcesses().filter(({ command }) => command.includes(directory));
}

async function machines(): Promise<string[]> {
  return (await readdir(join(stateDir, 'machines'))).sort();
}

function until(what: string, look: () => Promise<boolean> | boolean): Promise<void> {
  return waitUntil(what, look, { withinMs: 120_000, everyMs: 20 });
}

async function isGone(name: string): Promise<boolean> {
  return (await find(rds, name)) === undefined;
}

describe('with Temporal and all workers stopped', () => {
  const many = Array.from({ length: 20 }, (_, n) => `many-${String(n + 1).padStart(2, '0')}`);

  before(async () => {
    await worker.stop();
    await temporal.stop();
  });

  test('a create is accepted', async () => {
    const { DBInstanceStatus } = await create(rds, 'promised', PASSWORD);
    assert.equal(DBInstanceStatus, 'creating');
    const found = await find(rds, 'promised');
    assert.deepEqual([found?.DBInstanceStatus, found?.Endpoint], ['creating', undefined]);
    assert.deepEqual(await machines(), ['cornac-cornac']);
  });

  test('every client lists more instances than fit on a page, in order', async () => {
    for (const name of many) await create(rds, name, PASSWORD);
    const all = ['cornac', ...many, 'promised'];
    const names = (list: readonly DBInstance[] = []) =>
      list.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier);

    const pages: unknown[][] = [];
    for await (const { DBInstances } of paginateDescribeDBInstances({ client: rds, pageSize: 20 }, {})) {
      pages.push(names(DBInstances));
    }
    assert.deepEqual(pages, [all.slice(0, 20), all.slice(20)]);

    const boto3Pages = await boto3.pages('describe_db_instances', { PaginationConfig: { PageSize: 20 } });
    assert.deepEqual(
      boto3Pages.map(({ DBInstances }: { DBInstances: DBInstance[] }) => names(DBInstances)),
      pages,
    );
    const listed = await createAws(bothOf(parts.access)).rds('describe-db-instances', '--page-size', '20');
    assert.deepEqual(names(listed.DBInstances), all);
  });

  test('a delete of an accepted instance is accepted', async () => {
    for (const DBInstanceIdentifier of many) {
      const { DBInstance } = await rds.send(
        new DeleteDBInstanceCommand({ DBInstanceIdentifier, SkipFinalSnapshot: true }),
      );
      assert.equal(DBInstance?.DBInstanceStatus, 'deleting');
    }
  });

  test('Temporal and a worker carry out the accepted operations after their start', async () => {
    temporal = await parts.startTemporal();
    worker = await parts.startWorker();
    const instance = await waitFor(rds, 'promised', 'available');
    assert.deepEqual(await query(instance, PASSWORD, 'SELECT 1 AS one'), [{ one: 1 }]);
    for (const name of many) await until(`the end of ${name}`, () => isGone(name));
    assert.deepEqual(await machines(), ['cornac-cornac', 'cornac-promised']);
  });
});

describe('a deletion that arrives while a create runs ends clean', () => {
  const home = (name: string) => join(stateDir, 'machines', `cornac-${name}`);
  for (const [moment, name, reached] of [
    ['at its beginning', 'early', () => true],
    ['when the machine exists', 'halfway', () => existsSync(home('halfway'))],
    ['when the cluster exists', 'late', () => existsSync(join(home('late'), 'data', 'pgdata', 'PG_VERSION'))],
  ] as const) {
    test(moment, async () => {
      const { DbiResourceId } = await create(rds, name, PASSWORD);
      await until(moment, reached);
      await remove(rds, name);
      assert.ok(!(await machines()).includes(`cornac-${name}`));
      assert.equal((await messages(rds, name)).at(-1), 'DB instance deleted');
      assert.deepEqual(await processesIn(home(name)), []);
      // The identifier is free again, and a new instance can use it.
      const again = await create(rds, name, PASSWORD);
      assert.notEqual(again.DbiResourceId, DbiResourceId);
      await query(await waitFor(rds, name, 'available'), PASSWORD, 'SELECT 1');
      await remove(rds, name);
    });
  }

  test('a final inspect finds no difference between machines and inventory', async () => {
    await parts.cornac('inspect'); // exits 1 when something does
  });
});

testLostAnswers(() => ({ parts, rds }), PASSWORD);

async function killInventory(): Promise<void> {
  const inventory = await processesIn(join(stateDir, 'machines', 'cornac-cornac'));
  assert.ok(inventory.length > 0);
  signalAll(inventory, 'SIGKILL');
}

describe('with the inventory down', () => {
  before(async () => {
    // A running worker would start it again.
    await worker.stop();
    await killInventory();
  });

  test('calls get an error that clients retry', async () => {
    const impatient = createRds(parts.access, 1);
    for (const command of [
      new DescribeDBInstancesCommand({}),
      new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'promised', SkipFinalSnapshot: true }),
    ]) {
      await assert.rejects(impatient.send(command as DescribeDBInstancesCommand), (error) => {
        assert.ok(error instanceof RDSServiceException);
        assert.deepEqual([error.name, error.$metadata.httpStatusCode], ['ServiceUnavailable', 503]);
        return true;
      });
    }
    impatient.destroy();
    const { stderr } = await createAws(bothOf(parts.access)).fails('describe-db-instances');
    assert.match(stderr, /\(ServiceUnavailable\).*Service is unavailable\. Please try again shortly\./);
  });

  test('calls of clients that retry succeed after the recovery', async () => {
    const calls = Promise.all([
      find(createRds(parts.access), 'promised'),
      create(createRds(parts.access), 'patient', PASSWORD),
    ]);
    await parts.cornac('recover');
    worker = await parts.startWorker();
    const [promised, patient] = await calls;
    assert.equal(promised?.DBInstanceStatus, 'available');
    assert.equal(patient.DBInstanceStatus, 'creating');
    await query(await waitFor(rds, 'patient', 'available'), PASSWORD, 'SELECT 1');
    await Promise.all(['patient', 'promised'].map((name) => remove(rds, name)));
    assert.deepEqual(await machines(), ['cornac-cornac']);
  });

  test('a worker starts the inventory again, without Temporal and without a person', async () => {
    await temporal.stop();
    await killInventory();
    // The recovery includes the machine, because machine and inventory were killed.
    assert.equal(await find(rds, 'nobody'), undefined);
    temporal = await parts.startTemporal();
  });
});

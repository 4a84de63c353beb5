import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { attributesOf, ensureSearchAttributes } from '../../src/temporal/search-attributes.ts';
import { startOperation } from '../../src/temporal/start-operation.ts';
import { startPending } from '../../src/temporal/start-pending.ts';
import { startTestInventory, type TestInventory } from '../support/inventory.ts';
import { select } from '../support/many-instances.ts';
import { startTemporal } from '../support/temporal.ts';

type Environment = Awaited<ReturnType<typeof startTemporal>>;
const BACKLOG = 10_000;
// temporal.api.enums.v1.IndexedValueType
const INT = 3;
let world: TestInventory;
let environment: Environment;
before(async () => {
  [world, environment] = await Promise.all([startTestInventory(), startTemporal()]);
  await ensureSearchAttributes(environment.nativeConnection, 'default');
});
after(async () => {
  await environment?.teardown();
  await world?.close();
});

/** Cornac's own operations, begun an hour ago, that wait in the outbox and hold an instance each. */
function insertBacklog(type: string, requestId: string, prefix: string, count: number) {
  return select(
    world.databaseUrl,
    `WITH begun AS (
       INSERT INTO operation (id, dbi_resource_id, identifier, type, input, state, request_id, created_at)
       SELECT gen_random_uuid(), 'db-' || $4 || n, $4 || n, $1, '{}', 'pending', $2, now() - interval '1 hour'
         FROM generate_series(1, $3::int) AS n RETURNING id, dbi_resource_id, identifier),
     made AS (
       INSERT INTO instance (dbi_resource_id, identifier, status, operation_id, db_instance_class, engine_version,
         allocated_storage, master_username, db_name, deletion_protection, preferred_maintenance_window, settings, pending,
         tags, created_at, primary_server_id)
       SELECT dbi_resource_id, identifier, 'modifying', id, 'db.t3.micro', '15.18', 5, 'postgres', 'postgres', false,
         'sun:03:00-sun:03:30', '{}', '{}', '[]', now(), id FROM begun),
     placed AS (
       INSERT INTO endpoint (identifier, dbi_resource_id, port)
       SELECT identifier, dbi_resource_id, 5432 FROM begun)
     INSERT INTO server (id, dbi_resource_id, role, machine)
     SELECT id, dbi_resource_id, 'primary', identifier FROM begun`,
    [type, requestId, count, prefix],
  );
}
async function countRunning(prefix: string): Promise<number> {
  const sql = `SELECT count(*) FROM operation WHERE state = 'running' AND identifier LIKE $1`;
  const [row] = await select<{ count: string }>(world.databaseUrl, sql, [`${prefix}%`]);
  return Number(row?.count);
}

/** Starts the pending operations without a worker. Returns the ids of the started operations in their order. */
async function start(): Promise<string[]> {
  const started: string[] = [];
  const { inventory } = world;
  const operations = {
    ...inventory.operations,
    markDispatched: async (id: string) => {
      started.push(id);
      await inventory.operations.markDispatched(id);
    },
  };
  const deps = { inventory: { ...inventory, operations }, temporal: environment.client, taskQueue: 'none' };
  await startPending(deps, new AbortController().signal);
  return started;
}

test('of a backlog of 10,000 recoveries 50 are started, after the operation of a user who came last', async () => {
  await insertBacklog('recoverDbInstance', 'some-round', 'r', BACKLOG - 100);
  await insertBacklog('modifyDbInstance', 'reconciler', 'w', 100);
  await world.createAvailable('mine');
  const { operationId } = await world.begin('mine', 'rebootDbInstance');
  const started = await start();
  assert.equal(started[0], operationId);
  assert.equal(started.length, 1 + 50);
  assert.equal((await countRunning('r')) + (await countRunning('w')), 50);
  assert.deepEqual(await start(), [], 'the others wait until those have ended');
});

test('operations that end or have run for ten minutes make room for others', async () => {
  await select(
    world.databaseUrl,
    `UPDATE operation SET state = 'succeeded', closed_at = now() WHERE id IN
       (SELECT id FROM operation WHERE state = 'running' AND identifier LIKE 'r%' LIMIT 3)`,
  );
  await select(
    world.databaseUrl,
    `UPDATE operation SET started_at = now() - interval '11 minutes' WHERE id IN
       (SELECT id FROM operation WHERE state = 'running' AND identifier LIKE 'r%' LIMIT 2)`,
  );
  assert.equal((await start()).length, 5);
});

test('an operation that cannot be started does not block the operations behind it', async () => {
  await world.createAvailable('taken');
  const taken = await world.begin('taken', 'rebootDbInstance');
  await environment.client.workflow.start('rebootDbInstance', {
    workflowId: taken.dbiResourceId,
    taskQueue: 'none',
    args: [],
    memo: { operationId: 'another' },
  });
  await world.createAvailable('behind');
  const behind = await world.begin('behind', 'rebootDbInstance');
  assert.deepEqual(await start(), [behind.operationId]);
  assert.equal((await world.inventory.operations.find(taken.operationId))?.state, 'pending');
});

test('an operation that a delete has overtaken before it was started is closed, and the delete goes on', async () => {
  await world.createAvailable('overtaken');
  const { operations } = world.inventory;
  const reboot = await world.begin('overtaken', 'rebootDbInstance');
  const deletion = await world.begin('overtaken', 'deleteDbInstance');
  const started = await start();
  assert.ok(started.includes(deletion.operationId));
  assert.ok(!started.includes(reboot.operationId));
  assert.equal((await operations.find(reboot.operationId))?.state, 'cancelled');
  const run = await environment.client.workflow.getHandle(deletion.dbiResourceId).describe();
  assert.equal(run.type, 'deleteDbInstance');
  assert.equal(run.status.name, 'RUNNING');
});

test('an operation that was overtaken after its workflow was started is left to its workflow', async () => {
  await world.createAvailable('begun');
  const reboot = await world.begin('begun', 'rebootDbInstance');
  const { inventory } = world;
  const options = { inventory, temporal: environment.client, taskQueue: 'none' };
  const operation = await inventory.operations.find(reboot.operationId);
  assert.ok(operation);
  // The process dies before it takes the operation out of the outbox.
  assert.equal(await startOperation(operation, options), true);
  await world.begin('begun', 'deleteDbInstance');
  assert.equal(await startOperation(operation, options), true);
  assert.equal((await inventory.operations.find(reboot.operationId))?.state, 'pending');
});

test("another client's run with an undecodable memo does not block the instance", async () => {
  await world.createAvailable('squatted');
  const { dbiResourceId, operationId } = await world.begin('squatted', 'deleteDbInstance');
  const { client } = environment;
  await client.workflowService.startWorkflowExecution({
    namespace: 'default',
    workflowId: dbiResourceId,
    requestId: 'evil',
    workflowType: { name: 'evil' },
    taskQueue: { name: 'evil' },
    memo: { fields: { x: { metadata: { encoding: Buffer.from('binary/evil') }, data: Buffer.from('x') } } },
  });
  await start();
  assert.deepEqual(await start(), [operationId]);
});

test('with a search attribute of another type operations are started', async () => {
  const { operatorService } = environment.connection;
  const name = 'CornacDBInstance';
  await operatorService.removeSearchAttributes({ namespace: 'default', searchAttributes: [name] });
  await operatorService.addSearchAttributes({ namespace: 'default', searchAttributes: { [name]: INT } });
  // The server caches attributes for a moment.
  const isRefused = () =>
    environment.client.workflow
      .start('evil', {
        workflowId: randomUUID(),
        taskQueue: 'evil',
        typedSearchAttributes: attributesOf({ kind: 'db-instance', name: 'x' }),
      })
      .then(
        () => false,
        () => true,
      );
  const deadline = Date.now() + 20_000;
  while (!(await isRefused())) assert.ok(Date.now() < deadline);
  await world.createAvailable('attribute');
  const { operationId } = await world.begin('attribute', 'rebootDbInstance');
  assert.deepEqual(await start(), [operationId]);
});

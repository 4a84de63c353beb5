import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { Registry } from 'prom-client';
import { registerInventoryMetrics } from '../../src/processes/inventory-metrics.ts';
import type { Machine, Provider } from '../../src/providers/provider.ts';
import { reconcileInstances } from '../../src/reconcile/round.ts';
import { insertInstances, select } from '../support/many-instances.ts';
import { createWorld, quiet, type World } from '../support/world.ts';

const MANY = 10_000;
const call = { requestId: 'reconciler' };
let world: World;
before(async () => {
  quiet();
  world = await createWorld();
});
after(() => world?.close());
afterEach(() => select(world.databaseUrl, `DELETE FROM instance WHERE identifier LIKE 'm%'`));

async function countBy(column: 'status' | 'operation_id'): Promise<Record<string, number>> {
  const rows = await select<{ value: string | null; count: string }>(
    world.databaseUrl,
    `SELECT ${column}::text AS value, count(*) FROM instance WHERE identifier LIKE 'm%' GROUP BY 1`,
  );
  return Object.fromEntries(rows.map(({ value, count }) => [`${value}`, Number(count)]));
}
async function countEvents(eventId: string, source: string): Promise<number> {
  const [row] = await select<{ count: string }>(
    world.databaseUrl,
    'SELECT count(*) FROM event WHERE event_id = $1 AND source_identifier LIKE $2',
    [eventId, source],
  );
  return Number(row?.count);
}
async function countOperations(): Promise<number> {
  const sql = `SELECT count(*) FROM operation WHERE identifier LIKE 'm%' AND type = 'recoverDbInstance'`;
  return Number((await select<{ count: string }>(world.databaseUrl, sql))[0]?.count);
}
async function metric(name: string): Promise<string | undefined> {
  const registry = new Registry();
  registerInventoryMetrics(registry, world.inventory);
  return (await registry.metrics()).match(new RegExp(`^${name} (.*)$`, 'm'))?.[1];
}

/**
 * The world's provider with additional machines, as a pool lists them that came back or was never unmounted.
 */
function withMachines(count: number, state: Machine['state']): Provider {
  return {
    ...world.provider,
    listMachines: async () => [
      ...(await world.provider.listMachines()),
      ...Array.from({ length: count }, (_, index): Machine => {
        return { name: `cornac-m${index + 1}`, state, diskGiB: 5 };
      }),
    ],
  };
}
function round(provider: Provider, onHeldBack?: (reason: string | null) => void) {
  return reconcileInstances(
    world.inventory,
    { provider, guest: world.guest },
    { call, ...(onHeldBack && { onHeldBack }) },
  );
}

test('before the first round the metrics of the reconciler are absent, not 0', async () => {
  assert.equal(await metric('cornac_reconcile_held_back'), undefined);
  assert.equal(
    await metric('cornac_operations_open{type="recoverDbInstance"}'.replace(/[{}]/g, '\\$&')),
    '0',
  );
});

test('10,000 instances lose all machines at once: nothing is changed; one event and a metric report it', async () => {
  await insertInstances(world.databaseUrl, { count: MANY, status: 'available', prefix: 'm' });
  for (let rounds = 1; rounds <= 2; rounds++) {
    // Run as the Schedule runs it.
    const result = await world.temporal.workflow.execute('reconcile', {
      workflowId: `mass-${rounds}`,
      taskQueue: world.taskQueue,
    });
    assert.equal(result, undefined);
    assert.deepEqual(await countBy('status'), { available: MANY });
    assert.deepEqual(await countBy('operation_id'), { null: MANY });
    assert.equal(await countEvents('CORNAC-EVENT-HELD-BACK', 'cornac'), 1);
    assert.equal(await metric('cornac_reconcile_held_back'), '1');
    assert.equal(await metric('cornac_instances_missing_machine'), `${MANY}`);
  }
  assert.equal(await countOperations(), 0);
  assert.equal(await countEvents('RDS-EVENT-0031', 'm%'), 0);

  // The machines are back, powered off, as after a mended setting or a mounted pool.
  const news: (string | null)[] = [];
  const { findings, begun } = await round(withMachines(MANY, 'stopped'), (reason) => news.push(reason));
  assert.equal(findings.filter(({ kind }) => kind === 'machine-stopped').length, MANY);
  assert.deepEqual(news, [null]);
  assert.equal(begun.length, 50, 'so many at once and no more');
  assert.equal(await countEvents('CORNAC-EVENT-GOES-ON', 'cornac'), 1);
  assert.equal(await metric('cornac_reconcile_held_back'), '0');
  assert.equal(await metric('cornac_instances_missing_machine'), '0');
  // The provider does not really have these machines, so each recovery ends in `failed`.
  for (const { dbiResourceId } of begun) await world.settle(dbiResourceId);
});

test('4,000 of 10,000 instances are settled at once without an operation, and users do not wait', async () => {
  const mine = await world.settle((await world.create('owned')).dbiResourceId);
  assert.equal(mine?.status, 'available');
  await insertInstances(world.databaseUrl, { count: MANY, status: 'available', prefix: 'm' });
  // The instances with a machine are stopped on purpose.
  await select(
    world.databaseUrl,
    `UPDATE instance SET status = 'stopped' WHERE identifier LIKE 'm%' AND substr(identifier, 2)::int <= 6000`,
  );
  const before = await countOperations();
  const began = Date.now();
  const running = round(withMachines(6_000, 'stopped')).then(() => Date.now() - began);
  const { instance } = await world.inventory.instances.change({ identifier: 'owned' }, call, () => ({
    operation: { type: 'rebootDbInstance' },
  }));
  const { operationId } = instance;
  const asked = Date.now();
  while (!(await world.inventory.operations.find(operationId ?? ''))?.startedAt) {
    /* each look is a round trip */
  }
  const waited = Date.now() - asked;
  const took = await running;
  console.log(`settled 4,000 in ${took} ms; a reboot began after ${waited} ms`);
  assert.ok(took < 120_000 && waited < 120_000);
  assert.deepEqual(await countBy('status'), { failed: 4_000, stopped: 6_000 });
  assert.deepEqual(await countBy('operation_id'), { null: MANY });
  assert.equal(await countOperations(), before);
  assert.equal(await countEvents('RDS-EVENT-0031', 'm%'), 4_000 + 50);
  assert.equal(await metric('cornac_reconcile_held_back'), '0');

  // A second round writes no more events.
  await round(withMachines(6_000, 'stopped'));
  assert.equal(await countEvents('RDS-EVENT-0031', 'm%'), 4_000 + 50);
  assert.equal((await world.settle(mine.dbiResourceId))?.status, 'available');
});

test('a person who accepts the losses settles all instances', async () => {
  await insertInstances(world.databaseUrl, { count: 30, status: 'available', prefix: 'm' });
  await round(world.provider);
  assert.deepEqual(await countBy('status'), { available: 30 });
  assert.equal(await metric('cornac_reconcile_held_back'), '1');
  await reconcileInstances(world.inventory, world, { call, acceptLosses: true });
  assert.deepEqual(await countBy('status'), { failed: 30 });
  assert.equal(await metric('cornac_reconcile_held_back'), '0');
});

test('instances whose machines are back are available again, except one with an operation since the loss', async () => {
  const { address: host = '', port = 5432 } =
    (await world.settle((await world.create('host')).dbiResourceId)) ?? {};
  // All instances have the address of one server, because the probe needs only a server that answers there.
  const address = host ?? '';
  await insertInstances(world.databaseUrl, { count: 100, status: 'available', prefix: 'm', address, port });
  await insertInstances(world.databaseUrl, {
    count: 200,
    status: 'stopped',
    prefix: 'mstopped',
    address,
    port,
  });
  const stopped = Array.from({ length: 200 }, (_, n): Machine => {
    return { name: `cornac-mstopped${n + 1}`, state: 'stopped', diskGiB: 5 };
  });
  const list = async (count: number) => [
    ...(await withMachines(count, 'running').listMachines()),
    ...stopped,
  ];
  await round({ ...world.provider, listMachines: () => list(0) });
  assert.deepEqual(await countBy('status'), { failed: 100, stopped: 200 });

  await select(
    world.databaseUrl,
    `INSERT INTO operation (id, dbi_resource_id, identifier, type, input, state, request_id, created_at, closed_at)
     VALUES (gen_random_uuid(), 'db-M7', 'm7', 'deleteDbInstance', '{}', 'failed', 'test', now(), now())`,
  );
  const { begun } = await round({ ...world.provider, listMachines: () => list(100) });
  assert.deepEqual(begun, []);
  assert.deepEqual(await countBy('status'), { available: 99, failed: 1, stopped: 200 });
  assert.equal(await countEvents('RDS-EVENT-0021', 'm%'), 99);
});

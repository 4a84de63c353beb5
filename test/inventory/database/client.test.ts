import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { isDatabaseUnavailable, openDatabase, openPool } from '../../../src/inventory/database/client.ts';
import { createSealer } from '../../../src/inventory/database/sealer.ts';
import { createInventory } from '../../../src/inventory/inventory.ts';
import { startTestInventory, type TestInventory } from '../../support/inventory.ts';
import { startStandby } from '../../support/postgres.ts';
import { startWay } from '../../support/silent-way.ts';

let world: TestInventory;
before(async () => {
  world = await startTestInventory();
});
after(() => world?.close());

test('a lock that is not to be had in time says that the inventory is unavailable', async () => {
  const pool = openPool(world.databaseUrl);
  const [holder, waiter] = [await pool.connect(), await pool.connect()];
  try {
    await holder.query('BEGIN; LOCK TABLE instance');
    await waiter.query("SET lock_timeout = '10ms'");
    const error = await waiter.query('SELECT FROM instance').catch((reason: unknown) => reason);
    assert.equal(isDatabaseUnavailable(error), true);
  } finally {
    await holder.query('ROLLBACK');
    holder.release();
    waiter.release();
    await pool.end();
  }
});

// zalando/postgres-operator, issue 2354: clients that had come to the standby in a failover stayed there.
test('no connection is kept to a standby, which takes no changes, and the next one is to what it has become', async (t) => {
  const standby = await startStandby();
  t.after(() => standby.stop());
  const pool = openPool(standby.url);
  t.after(() => pool.end());
  const error = await pool.query('SELECT 1').catch((reason: unknown) => reason);
  assert.equal(isDatabaseUnavailable(error), true);
  const throughPrisma = openDatabase(pool);
  const other = await throughPrisma.instance.count().catch((reason: unknown) => reason);
  assert.equal(isDatabaseUnavailable(other), true);
  assert.equal(pool.totalCount, 0);
  await standby.promote();
  await pool.query('CREATE TABLE written ()');
});

test('a connection that was cut off between two queries of a transaction says so, too', async () => {
  const pool = openPool(world.databaseUrl);
  const [cut, other] = [await pool.connect(), await pool.connect()];
  try {
    await cut.query('BEGIN');
    const { rows } = await cut.query('SELECT pg_backend_pid() AS pid');
    cut.on('error', () => {});
    const gone = new Promise((resolve) => cut.once('end', resolve));
    await other.query('SELECT pg_terminate_backend($1)', [rows[0].pid]);
    await gone;
    const error = await cut.query('SELECT 1').catch((reason: unknown) => reason);
    assert.match(String(error), /not queryable/);
    assert.equal(isDatabaseUnavailable(error), true);
  } finally {
    cut.release(true);
    other.release();
    await pool.end();
  }
});

test('so does a server that is gone without a word, and another connection is made for the next query', async () => {
  const way = await startWay(world.databaseUrl);
  const pool = openPool(way.url, 300);
  try {
    await pool.query('SELECT 1');
    way.goSilent();
    const error = await pool.query('SELECT 1').catch((reason: unknown) => reason);
    assert.equal(isDatabaseUnavailable(error), true);
    way.speak();
    assert.deepEqual((await pool.query('SELECT 1 AS one')).rows, [{ one: 1 }]);
  } finally {
    await pool.end();
    await way.close();
  }
});

describe('transactions that are in the way of each other', () => {
  const both = async (level: string, first: string, second: string) => {
    const pool = openPool(world.databaseUrl);
    const database = openDatabase(pool);
    await pool.query(
      'CREATE TABLE IF NOT EXISTS counter AS SELECT * FROM (VALUES (1, 0), (2, 0)) AS v (id, n)',
    );
    let met = 0;
    let meet: () => void = () => {};
    const all = new Promise<void>((resolve) => {
      meet = resolve;
    });
    const run = (ids: readonly [string, string]) =>
      database.$transaction(async (tx) => {
        await tx.$executeRawUnsafe(`SET TRANSACTION ISOLATION LEVEL ${level}`);
        await tx.$executeRawUnsafe(ids[0]);
        if (++met === 2) meet();
        await all;
        await tx.$executeRawUnsafe(ids[1]);
      });
    try {
      return await Promise.allSettled([run([first, second]), run([second, first])]);
    } finally {
      await database.$disconnect();
      await pool.end();
    }
  };
  const isWaitedFor = (outcomes: readonly PromiseSettledResult<void>[]) => {
    const failed = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    assert.equal(failed.length, 1);
    assert.equal(isDatabaseUnavailable(failed[0]), true, String(failed[0]));
  };

  test('say so where it was a deadlock', async () => {
    const add = (id: number) => `UPDATE counter SET n = n + 1 WHERE id = ${id}`;
    isWaitedFor(await both('READ COMMITTED', add(1), add(2)));
  });

  test('say so where one had to give way', async () => {
    const copy = (from: number, to: number) =>
      `UPDATE counter SET n = (SELECT n FROM counter WHERE id = ${from}) WHERE id = ${to}`;
    isWaitedFor(await both('SERIALIZABLE', 'SELECT n FROM counter', copy(1, 2)));
  });

  test('say so in what Prisma makes of it by itself', () => {
    assert.equal(isDatabaseUnavailable(Object.assign(new Error('x'), { code: 'P2034' })), true);
  });
});

for (const [code, message] of [
  ['58030', 'could not read block 0 in file "base/16385/2601": Input/output error'],
  ['42501', 'could not open file "base/16385/2601": Read-only file system'],
]) {
  test(`a server whose disk fails, which says ${code}, is unavailable`, async () => {
    const pool = openPool(world.databaseUrl);
    const database = openDatabase(pool);
    const raise = `DO $$ BEGIN RAISE EXCEPTION '${message}' USING ERRCODE = '${code}'; END $$`;
    try {
      for (const work of [pool.query(raise), database.$executeRawUnsafe(raise)]) {
        await assert.rejects(work, (error) => isDatabaseUnavailable(error));
      }
    } finally {
      await database.$disconnect();
      await pool.end();
    }
  });
}

test('a privilege that is missing is a mistake, and no outage', () => {
  const error = Object.assign(new Error('permission denied for table instance'), { code: '42501' });
  assert.equal(isDatabaseUnavailable(error), false);
});

test('a server that takes no writes says so, too, as one that a failover has demoted does', async () => {
  const pool = openPool(world.databaseUrl);
  try {
    await pool.query(`ALTER DATABASE "${new URL(world.databaseUrl).pathname.slice(1)}"
      SET default_transaction_read_only = on`);
  } finally {
    await pool.end();
  }
  const inventory = createInventory(world.databaseUrl, createSealer(randomBytes(32)));
  try {
    const operationId = '6f1c2a34-5b6d-4e7f-8a9b-0c1d2e3f4a5b';
    const ref = { operationId, dbiResourceId: 'db-NONE' };
    const writes = [
      inventory.operations.record(ref, { stopped: true }),
      inventory.operations.markDispatched(operationId),
    ];
    for (const outcome of await Promise.allSettled(writes)) {
      assert.ok(outcome.status === 'rejected' && isDatabaseUnavailable(outcome.reason));
    }
  } finally {
    await inventory.close();
  }
});

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { isDatabaseUnavailable, openDatabase, openPool } from '../../../src/inventory/database/client.ts';
import { createSealer } from '../../../src/inventory/database/sealer.ts';
import { createInventory } from '../../../src/inventory/inventory.ts';
import { startTestInventory, type TestInventory } from '../../support/inventory.ts';
import { startPgBouncer, withoutPgBouncer } from '../../support/pgbouncer.ts';
import { startStandby } from '../../support/postgres.ts';
import { startWay } from '../../support/silent-way.ts';

let world: TestInventory;
before(async () => {
  world = await startTestInventory();
});
after(() => world?.close());

test('a lock timeout counts as an unavailable inventory', async () => {
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

// zalando/postgres-operator, issue 2354: clients that a failover led to the standby stayed connected to it.
test('no connection to a standby is kept, and the next query after its promotion succeeds', async (t) => {
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

test('PgBouncer keeps no connection to a standby', { skip: withoutPgBouncer, timeout: 30_000 }, async (t) => {
  const standby = await startStandby();
  t.after(() => standby.stop());
  const bouncer = await startPgBouncer(standby.url, 'session');
  t.after(() => bouncer.stop());
  const pool = openPool(bouncer.url);
  t.after(() => pool.end());
  const error = await pool.query('SELECT 1').catch((reason: unknown) => reason);
  assert.equal(isDatabaseUnavailable(error), true);
  assert.match(String(error), /the inventory is a standby/);
  const direct = new pg.Client(standby.url);
  await direct.connect();
  const isKept = async () => {
    const { rowCount } = await direct.query(`SELECT FROM pg_stat_activity
      WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`);
    return rowCount !== 0;
  };
  try {
    while (await isKept()) await delay(20, undefined, { signal: t.signal });
  } finally {
    await direct.end();
  }
});

test('a connection that is lost between two queries of a transaction counts as an unavailable inventory', async () => {
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

test('a server that becomes silent counts as an unavailable inventory, and the next query opens another connection', async () => {
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

describe('a transaction that conflicts with another one counts as an unavailable inventory', () => {
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

  test('in a deadlock', async () => {
    const add = (id: number) => `UPDATE counter SET n = n + 1 WHERE id = ${id}`;
    isWaitedFor(await both('READ COMMITTED', add(1), add(2)));
  });

  test('in a serialization failure', async () => {
    const copy = (from: number, to: number) =>
      `UPDATE counter SET n = (SELECT n FROM counter WHERE id = ${from}) WHERE id = ${to}`;
    isWaitedFor(await both('SERIALIZABLE', 'SELECT n FROM counter', copy(1, 2)));
  });

  test("as Prisma's own error code", () => {
    assert.equal(isDatabaseUnavailable(Object.assign(new Error('x'), { code: 'P2034' })), true);
  });
});

for (const [code, message] of [
  ['58030', 'could not read block 0 in file "base/16385/2601": Input/output error'],
  ['42501', 'could not open file "base/16385/2601": Read-only file system'],
]) {
  test(`a server whose disk fails with ${code} counts as an unavailable inventory`, async () => {
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

test('a missing privilege is a mistake and not an outage', () => {
  const error = Object.assign(new Error('permission denied for table instance'), { code: '42501' });
  assert.equal(isDatabaseUnavailable(error), false);
});

test('a read-only server, such as one that a failover demoted, counts as an unavailable inventory', async () => {
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

test('a server that answers a request for TLS with an error is unavailable', async (t) => {
  // PostgreSQL's answer where it cannot fork: an error in place of S or N.
  const server = createServer((socket) => socket.once('data', () => socket.end('E')));
  t.after(() => server.close());
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'cornac', ssl: true });
  client.on('error', () => {});
  await assert.rejects(client.connect(), (error) => isDatabaseUnavailable(error));
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isDatabaseUnavailable, openPool } from '../../src/inventory/client.ts';
import { startTestInventory, type TestInventory } from '../support/inventory.ts';

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

test('so does an answer that does not come in time', async () => {
  const pool = openPool(world.databaseUrl);
  try {
    // What a connection's own limit does, in less than a minute.
    const slow = { text: 'SELECT pg_sleep(5)', query_timeout: 10 };
    const error = await pool.query(slow).catch((reason: unknown) => reason);
    assert.equal(isDatabaseUnavailable(error), true);
  } finally {
    await pool.end();
  }
});

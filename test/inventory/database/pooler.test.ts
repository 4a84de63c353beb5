import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { ConfigError } from '../../../src/config/config-error.ts';
import { openPool } from '../../../src/inventory/database/client.ts';
import { listenForOperations } from '../../../src/inventory/database/listen.ts';
import { checkPooler } from '../../../src/inventory/database/pooler.ts';
import { createSealer } from '../../../src/inventory/database/sealer.ts';
import { createInventory } from '../../../src/inventory/inventory.ts';
import { startGatewayProcess } from '../../support/gateway-process.ts';
import {
  CALL,
  newInstance,
  startTestInventory,
  type TestInventory,
  VERIFIER,
} from '../../support/inventory.ts';
import { startPgBouncer, withoutPgBouncer } from '../../support/pgbouncer.ts';

let world: TestInventory;
before(async () => {
  world = await startTestInventory();
});
after(() => world?.close());

test('every connection has the time limits', async () => {
  const pool = openPool(world.databaseUrl);
  try {
    const { rows } = await pool.query(`SELECT current_setting('idle_in_transaction_session_timeout') AS idle,
      current_setting('lock_timeout') AS lock, current_setting('statement_timeout') AS statement`);
    assert.deepEqual(rows, [{ idle: '30s', lock: '15s', statement: '1min' }]);
  } finally {
    await pool.end();
  }
});

test('PostgreSQL without a pooler passes the check', () => checkPooler(world.databaseUrl));

describe('PgBouncer in session mode', { skip: withoutPgBouncer }, () => {
  let bouncer: Awaited<ReturnType<typeof startPgBouncer>>;
  before(async () => {
    bouncer = await startPgBouncer(world.databaseUrl, 'session');
  });
  after(() => bouncer?.stop());

  test('passes the check: the inventory is read and written, and operations are announced', async () => {
    await checkPooler(bouncer.url);
    const inventory = createInventory(bouncer.url, createSealer(randomBytes(32)));
    const end = new AbortController();
    let announced = 0;
    let hear: () => void = () => {};
    const twice = new Promise<void>((resolve) => {
      hear = resolve;
    });
    let listening: () => void = () => {};
    const begun = new Promise<void>((resolve) => {
      listening = resolve;
    });
    const onOperation = () => {
      announced += 1;
      if (announced === 1) listening();
      if (announced === 2) hear();
    };
    const listener = listenForOperations(bouncer.url, onOperation, end.signal);
    try {
      await begun;
      const names = Array.from({ length: 20 }, (_, n) => `pooled${n}`);
      await Promise.all(names.map((name) => inventory.instances.create(newInstance(name), VERIFIER, CALL)));
      const lists = await Promise.all(names.map(() => inventory.instances.list()));
      assert.ok(lists.every(({ length }) => length === names.length));
      await twice;
      await inventory.ping();
    } finally {
      end.abort();
      await listener;
      await inventory.close();
    }
  });

  test('is refused in plain words where the URL has a startup parameter that PgBouncer does not support', async () => {
    const url = `${bouncer.url}?options=-c%20statement_timeout%3D60s`;
    await assert.rejects(checkPooler(url), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.message, /^DATABASE_URL: the pooler before the inventory refuses .*PgBouncer$/);
      return true;
    });
  });
});

test('PgBouncer in statement mode is refused', { skip: withoutPgBouncer }, async () => {
  const bouncer = await startPgBouncer(world.databaseUrl, 'statement');
  try {
    for (let times = 0; times < 3; times++) {
      await assert.rejects(checkPooler(bouncer.url), (error) => {
        assert.ok(error instanceof ConfigError);
        assert.match(error.message, /by the statement; expected pool_mode = session in PgBouncer/);
        return true;
      });
    }
  } finally {
    await bouncer.stop();
  }
});

test('PgBouncer in transaction mode is refused, and no gateway starts', {
  skip: withoutPgBouncer,
}, async () => {
  const bouncer = await startPgBouncer(world.databaseUrl, 'transaction');
  try {
    for (let times = 0; times < 3; times++) {
      await assert.rejects(checkPooler(bouncer.url), (error) => {
        assert.ok(error instanceof ConfigError);
        assert.match(error.message, /expected pool_mode = session in PgBouncer/);
        return true;
      });
    }
    await assert.rejects(startGatewayProcess(bouncer.url), /the gateway ended with 2/);
  } finally {
    await bouncer.stop();
  }
});

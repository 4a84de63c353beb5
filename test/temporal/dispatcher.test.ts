import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Client, Connection } from '@temporalio/client';
import { pino } from 'pino';
import { runDispatcher } from '../../src/temporal/dispatcher.ts';
import { startTestInventory, type TestInventory } from '../support/inventory.ts';

let world: TestInventory;
before(async () => {
  world = await startTestInventory();
});
after(() => world?.close());

test('an unreachable Temporal is logged again and again with the number of failures, and each failure is counted', async () => {
  await world.createAvailable('stuck');
  await world.begin('stuck', 'rebootDbInstance');
  // No server listens on port 1.
  const connection = Connection.lazy({ address: '127.0.0.1:1', interceptors: [] });
  const end = new AbortController();
  const said: number[] = [];
  let counted = 0;
  const log = pino({
    hooks: {
      logMethod([fields, message]) {
        const { failures } = fields as { failures: number };
        assert.match(String(message), /pending operations wait/);
        if (said.push(failures) === 3) end.abort();
      },
    },
  });
  const deps = {
    inventory: world.inventory,
    databaseUrl: world.databaseUrl,
    temporal: new Client({ connection }),
    taskQueue: 'none',
    log,
    onFailure: () => counted++,
  };
  await runDispatcher(deps, end.signal, { sweepMs: 1, againMs: 50 });
  await connection.close();
  assert.equal(said[0], 1);
  assert.ok(said.every((failures, index) => index === 0 || failures > (said[index - 1] ?? 0)));
  assert.equal(counted, said[2]);
});

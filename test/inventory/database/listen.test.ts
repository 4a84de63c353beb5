import { after, before, test } from 'node:test';
import { listenForOperations } from '../../../src/inventory/database/listen.ts';
import { startTestInventory, type TestInventory } from '../../support/inventory.ts';
import { startWay } from '../../support/silent-way.ts';

let world: TestInventory;
before(async () => {
  world = await startTestInventory();
});
after(() => world?.close());

/** Counts calls; `until` resolves once there were that many. */
function counter() {
  let calls = 0;
  const waiting = new Set<() => void>();
  return {
    count: () => {
      calls++;
      for (const look of waiting) look();
    },
    until: (wanted: number) =>
      new Promise<void>((resolve) => {
        const look = () => calls >= wanted && resolve();
        waiting.add(look);
        look();
      }),
  };
}

test('a listener is called for an announced operation', async () => {
  const stop = new AbortController();
  const { count, until } = counter();
  const listening = listenForOperations(world.databaseUrl, count, stop.signal);
  await until(1);
  await world.createAvailable('announced');
  await until(2);
  stop.abort();
  await listening;
});

test('a listener stops at once although its server has become silent', { timeout: 30_000 }, async () => {
  const way = await startWay(world.databaseUrl);
  const stop = new AbortController();
  const { count, until } = counter();
  const listening = listenForOperations(way.url, count, stop.signal);
  await until(1);
  way.goSilent();
  stop.abort();
  await listening;
  await way.close();
});

import { after, before, test } from 'node:test';
import { listenForOperations } from '../../../src/inventory/database/listen.ts';
import { startTestInventory, type TestInventory } from '../../support/inventory.ts';
import { startWay } from '../../support/silent-way.ts';

let world: TestInventory;
before(async () => {
  world = await startTestInventory();
});
after(() => world?.close());

/** Counts calls; `until` resolves when there were so many. */
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

test('an announced operation is heard of', async () => {
  const stop = new AbortController();
  const { count, until } = counter();
  const listening = listenForOperations(world.databaseUrl, count, stop.signal);
  await until(1);
  await world.createAvailable('announced');
  await until(2);
  stop.abort();
  await listening;
});

test('who stops is not held up by a server that is gone without a word', { timeout: 30_000 }, async () => {
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

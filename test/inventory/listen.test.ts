import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { listenForOperations } from '../../src/inventory/listen.ts';
import { startTestInventory, type TestInventory } from '../support/inventory.ts';

let world: TestInventory;
before(async () => {
  world = await startTestInventory();
});
after(() => world?.close());

/** A way to the inventory that can go silent, as one does whose host has vanished: nothing comes, and nothing ends. */
const startWay = async () => {
  const to = new URL(world.databaseUrl);
  const sockets: Socket[] = [];
  let silent = false;
  const server = createServer((near) => {
    const far = connect(Number(to.port), to.hostname);
    sockets.push(near, far);
    near.on('data', (data) => silent || far.write(data)).on('error', () => {});
    far.on('data', (data) => silent || near.write(data)).on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = new URL(to);
  url.host = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  return {
    url: url.toString(),
    goSilent: () => {
      silent = true;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};

/** Counts calls; `until` resolves when there were so many. */
const counter = () => {
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
};

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
  const way = await startWay();
  const stop = new AbortController();
  const { count, until } = counter();
  const listening = listenForOperations(way.url, count, stop.signal);
  await until(1);
  way.goSilent();
  stop.abort();
  await listening;
  await way.close();
});

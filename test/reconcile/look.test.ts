import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Guest } from '../../src/guest/guest.ts';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import { onePlace } from '../../src/providers/places.ts';
import type { Provider } from '../../src/providers/provider.ts';
import type { ServerState } from '../../src/reconcile/compare.ts';
import { inspectServers } from '../../src/reconcile/look.ts';
import { newInstance } from '../support/inventory.ts';

/** A server that answers with a delay, so that probes pile up unless they are limited. */
async function startServer(t: TestContext) {
  const state = { open: 0, most: 0 };
  const server = createServer((socket) => {
    state.open += 1;
    state.most = Math.max(state.most, state.open);
    socket
      .on('error', () => {})
      .on('close', () => {
        state.open -= 1;
      });
    socket.once('data', () => delay(20).then(() => socket.write('N')));
  }).listen({ port: 0, host: '127.0.0.1', backlog: 4096 });
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  return { state, port: typeof address === 'object' && address ? address.port : 0 };
}

function many(count: number, port: number): Instance[] {
  return Array.from({ length: count }, (_, index) =>
    newInstance(`m${index}`, { status: 'available', address: '127.0.0.1', port }),
  );
}

/** A place without machines. It counts all looks, and the most looks at once. */
function emptyPlace() {
  const asked = { all: 0, now: 0, most: 0 };
  const lookAtMachine = async () => {
    asked.all += 1;
    asked.now += 1;
    asked.most = Math.max(asked.most, asked.now);
    await delay(5);
    asked.now -= 1;
    return undefined;
  };
  const place = { provider: { ...onePlace, lookAtMachine } as unknown as Provider, guest: {} as Guest };
  return { asked, place };
}

function countStates(states: ReadonlyMap<string, ServerState>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const state of states.values()) counts[String(state)] = (counts[String(state)] ?? 0) + 1;
  return counts;
}

test('3,000 servers are probed 500 at once', async (t) => {
  const { state, port } = await startServer(t);
  const { asked, place } = emptyPlace();
  const states = await inspectServers(many(3_000, port), place);
  assert.deepEqual([countStates(states), asked.all], [{ up: 3_000 }, 0]);
  // The server counts a connection until it learns of its end, which is after the client has closed it.
  assert.ok(state.most > 100 && state.most <= 600, `${state.most} at once`);
});

test('of 3,000 silent servers 100 are inspected, 20 at once, and the others are unsure', async () => {
  const { asked, place } = emptyPlace();
  const states = await inspectServers(many(3_000, 1), place);
  assert.deepEqual(countStates(states), { unsure: 2_900, down: 100 });
  assert.deepEqual([asked.all, asked.most], [100, 20]);
});

test('an aborted look leaves all servers without an answer unsure', async () => {
  const { place } = emptyPlace();
  const states = await inspectServers(many(50, 1), place, AbortSignal.abort());
  assert.deepEqual(countStates(states), { unsure: 50 });
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import type { Room, Shortage } from '../../src/model/server/room.ts';
import { type RoomPace, type RoomWatchDeps, watchRoom } from '../../src/reconcile/room-watch.ts';
import { unreachedMachine } from '../support/unreached-machine.ts';

/** A rest so long that it never ends within a test. */
const FOR_EVER_MS = 3_600_000;
const PACE: RoomPace = {
  rate: 1_000,
  inFlight: 5,
  restMs: FOR_EVER_MS,
  lowRestMs: FOR_EVER_MS,
  silentRestMs: FOR_EVER_MS,
  listMs: 5,
};
const ROOM: Room = { sizeKiB: 1_000_000, freeKiB: 900_000 };

/** A port that answers like PostgreSQL's. */
async function listen(t: TestContext): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end('N'));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** Watches one instance, whose machine gives these answers in turn and then repeats the last. */
async function watch(
  t: TestContext,
  {
    answers,
    shortage = null,
    ...pace
  }: Partial<RoomPace> & {
    answers: (Room | 'none' | 'silence')[];
    shortage?: Shortage | null;
  },
) {
  const machine = unreachedMachine('cornac-watched');
  const instance = {
    dbiResourceId: 'db-WATCHED',
    identifier: 'watched',
    status: shortage === 'full' ? 'storage-full' : 'available',
    operationId: null,
    shortage,
    address: '127.0.0.1',
    port: await listen(t),
    machine: machine.name,
    host: null,
  } as unknown as Instance;
  let looks = 0;
  let lists = 0;
  const list = async () => {
    lists += 1;
    return [instance];
  };
  const deps = {
    inventory: { instances: { list, change: async () => {} } },
    place: {
      provider: { lookAtMachine: async () => ({ ...machine, reach: machine }) },
      guest: {
        findRoom: async () => {
          const answer = answers[Math.min(looks++, answers.length - 1)];
          if (answer === 'silence') throw new Error('its sshd has too many sessions');
          return answer === 'none' ? undefined : answer;
        },
      },
    },
    log: { info: () => {}, warn: () => {} },
  } as unknown as RoomWatchDeps;
  const stop = new AbortController();
  const watching = watchRoom(deps, stop.signal, { ...PACE, ...pace });
  t.after(async () => {
    stop.abort();
    await watching;
  });
  const until = async (is: () => boolean): Promise<void> => {
    for (const end = Date.now() + 10_000; !is(); await delay(5)) {
      assert.ok(Date.now() < end, `${looks} looks at ${lists} lists`);
    }
  };
  /** Waits for this many more lists. A look that is due begins after each list. */
  const hasListed = (more: number, begun = lists) => until(() => lists >= begun + more);
  return { hasLooked: (times: number) => until(() => looks >= times), hasListed, countLooks: () => looks };
}

test('one look without an answer does not end the watch', async (t) => {
  const { hasLooked } = await watch(t, { answers: ['silence', ROOM], restMs: 10 });
  await hasLooked(3);
});

test('nor does it with little or no room left, and these looks come sooner', async (t) => {
  for (const shortage of ['low', 'full'] as const) {
    const { hasLooked } = await watch(t, { answers: ['silence'], shortage, lowRestMs: 10 });
    await hasLooked(3);
  }
});

test('a machine that hangs is looked at less and less often', async (t) => {
  const { hasLooked, hasListed, countLooks } = await watch(t, { answers: ['silence'], restMs: 1 });
  await hasLooked(2);
  await hasListed(50);
  // The rests were 1, 2, 4 … ms.
  assert.ok(countLooks() < 25, `${countLooks()} looks`);
});

test('an instance whose data has no volume of its own is rarely looked at', async (t) => {
  const { hasLooked, hasListed, countLooks } = await watch(t, { answers: ['none'], restMs: 1, lowRestMs: 1 });
  await hasLooked(1);
  await hasListed(20);
  assert.equal(countLooks(), 1);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import type { HostFigures } from '../../src/model/server/host-figures.ts';
import { announceHostRooms } from '../../src/processes/host-rooms.ts';
import { type HostRoom, ProviderError } from '../../src/providers/provider.ts';
import { startTestInventory } from '../support/inventory.ts';

const log = pino({ level: 'silent' });
const unavailable = new ProviderError('Unavailable', 'the host is unreachable');
function room(host: string, total: number): HostRoom {
  const stock = { total, promised: 1 };
  const machines = new Map([['cornac-a', { memoryMiB: 1, diskGiB: 1 }]]);
  return { host, memoryMiB: stock, diskGiB: stock, systemGiB: 2, machines, begun: false };
}

test('what the hosts have is written again and again, and stays while the provider fails', async (t) => {
  const { inventory, close } = await startTestInventory();
  t.after(close);
  let rooms: HostRoom[] | ProviderError = unavailable;
  let asked = 0;
  const provider = {
    lookForRoom: async (name?: string) => {
      assert.equal(name, undefined);
      asked++;
      if (rooms instanceof ProviderError) throw rooms;
      return rooms;
    },
  };
  const stop = new AbortController();
  const announcing = announceHostRooms({ inventory, provider, log }, stop.signal, 20);
  const askedAgain = async () => {
    for (const enough = asked + 2; asked < enough; ) await delay(5);
  };
  const listed = async () => {
    const found = await inventory.hostRooms.list();
    return found.map(({ host, room }) => [host, room?.memoryMiB.total ?? null]).sort();
  };

  await askedAgain();
  assert.deepEqual(await listed(), []);
  rooms = [room('kvm1', 5), { host: 'kvm2', unreachable: unavailable }];
  await askedAgain();
  assert.deepEqual(await listed(), [
    ['kvm1', 5],
    ['kvm2', null],
  ]);
  const [first] = await inventory.hostRooms.list();
  assert.deepEqual(first?.room?.machines, { 'cornac-a': { memoryMiB: 1, diskGiB: 1 } });
  assert.ok(Date.now() - (first?.seenAt.getTime() ?? 0) < 60_000);
  rooms = [room('kvm1', 6)];
  await askedAgain();
  assert.deepEqual(await listed(), [['kvm1', 6]]);
  rooms = unavailable;
  await askedAgain();
  assert.deepEqual(await listed(), [['kvm1', 6]]);

  stop.abort();
  await announcing;
});

test('a worker looks at its start, and then not while the figures of another worker are new', async (t) => {
  const { inventory, close } = await startTestInventory();
  t.after(close);
  let asked = 0;
  const provider = {
    lookForRoom: async () => {
      asked++;
      return [room('kvm1', asked)];
    },
  };
  const stop = new AbortController();
  const renewMs = 600_000;
  const announcing = announceHostRooms({ inventory, provider, log }, stop.signal, renewMs);
  for (; (await inventory.hostRooms.list()).length === 0; ) await delay(5);
  stop.abort();
  await announcing;
  const again = new AbortController();
  const restarted = announceHostRooms({ inventory, provider, log }, again.signal, renewMs);
  for (; asked < 2; ) await delay(5);
  again.abort();
  await restarted;

  // The figures of the worker's start are replaced by later ones, which it then finds again and again.
  let looks = 0;
  const { hostRooms } = inventory;
  const later = { host: 'kvm1', seenAt: new Date(Date.now() + renewMs), room: null };
  const watched = {
    hostRooms: {
      replace: async (rooms: HostFigures[]) => {
        await hostRooms.replace(rooms);
        await hostRooms.replace([later]);
      },
      list: () => {
        looks++;
        return hostRooms.list();
      },
    },
  };
  const third = new AbortController();
  const quick = announceHostRooms({ inventory: watched, provider, log }, third.signal, 10);
  for (; looks < 5; ) await delay(5);
  third.abort();
  await quick;
  assert.equal(asked, 3);
  assert.equal((await hostRooms.list())[0]?.room, null);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fits, promise } from '../../src/model/server/host-room.ts';
import type { Room } from '../../src/providers/provider.ts';
import { ProviderError } from '../../src/providers/provider.ts';
import { describeRoomInGib, requireRoom } from '../../src/providers/room.ts';

function room(memory: [number, number], disk: [number, number], more: Partial<Room> = {}): Room {
  return {
    host: 'kvm1',
    memoryMiB: { total: memory[0], promised: memory[1] },
    diskGiB: { total: disk[0], promised: disk[1] },
    systemGiB: 4,
    machines: new Map(),
    begun: false,
    ...more,
  };
}
const size = { name: 'new', memoryMiB: 1024, diskGiB: 5 };
const other = { ...size, name: 'other', host: 'kvm1' };

test('a new machine needs its system disk in addition to its data disk', () => {
  assert.ok(fits(room([1024, 0], [9, 0]), size));
  assert.ok(!fits(room([1024, 0], [8.9, 0]), size));
  assert.ok(!fits(room([1024, 1], [9, 0]), size));
});

test('an instance without its machine keeps all of its room, an instance with its machine counts once', () => {
  const missing = promise(room([4096, 0], [100, 0]), [other]);
  assert.deepEqual(missing.memoryMiB, { total: 4096, promised: 1024 });
  assert.deepEqual(missing.diskGiB, { total: 100, promised: 9 });
  const machines = new Map([['other', { memoryMiB: 1024, diskGiB: 5 }]]);
  const counted = room([4096, 1024], [100, 9], { machines });
  assert.deepEqual(promise(counted, [other]), counted);
});

test('for a machine that is half made or about to grow only the rest is added', () => {
  // The machine has its system disk and 2 GiB of data, and no domain yet.
  const machines = new Map([['other', { memoryMiB: 0, diskGiB: 2 }]]);
  assert.equal(promise(room([4096, 0], [100, 6], { machines }), [other]).diskGiB.promised, 9);
  const grown = { ...other, memoryMiB: 3072, diskGiB: 15 };
  const there = new Map([['other', { memoryMiB: 1024, diskGiB: 5 }]]);
  const left = promise(room([4096, 1024], [100, 9], { machines: there }), [grown]);
  assert.deepEqual([left.memoryMiB.promised, left.diskGiB.promised], [3072, 19]);
});

test('what is promised to machines of other hosts does not count', () => {
  const here = room([4096, 0], [100, 0]);
  assert.deepEqual(
    promise(here, [
      { ...other, host: 'kvm2' },
      { ...other, host: null },
    ]),
    here,
  );
});

test('a change needs room for the difference; a change to no more is accepted on a full host', () => {
  const machines = new Map([['new', { memoryMiB: 1024, diskGiB: 5 }]]);
  const full = room([2048, 2000], [10, 12], { machines });
  assert.doesNotThrow(() => requireRoom(full, size));
  assert.doesNotThrow(() => requireRoom(full, { ...size, memoryMiB: 512, diskGiB: 1 }));
  assert.doesNotThrow(() => requireRoom(full, { ...size, memoryMiB: 1072 }));
  assert.throws(() => requireRoom(full, { ...size, memoryMiB: 1073 }), {
    code: 'InsufficientCapacity',
    retryable: false,
    message:
      'no room for another 49 MiB of memory and 0 GiB of disk: kvm1 has 2048 MiB, 2000 of them promised, and 10 GiB, 12 of them promised',
  });
  assert.throws(() => requireRoom(full, { ...size, diskGiB: 6 }), { code: 'InsufficientCapacity' });
  assert.throws(() => requireRoom(full, { ...size, memoryMiB: 1040 }, [{ ...other, memoryMiB: 40 }]), {
    message: /2040 of them promised/,
  });
});

test('the check describes memory and disk in GiB, never with more room than there is', () => {
  assert.equal(
    describeRoomInGib(room([64_100, 2100], [100.9, 9.1])),
    'kvm1 has 62.5 GiB of memory, 2.1 of them promised, and 100 GiB of disk, 10 of them promised',
  );
});

test('for an unreachable host the error of the host is thrown', () => {
  const unreachable = new ProviderError('Unavailable', 'libvirt on kvm1 is silent');
  assert.throws(() => requireRoom({ host: 'kvm1', unreachable }, size), unreachable);
});

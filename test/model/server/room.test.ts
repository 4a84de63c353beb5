import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeRoom, leastShare, noteRoom, type Shortage } from '../../../src/model/server/room.ts';

const MIB = 1024;
const SIZE_KIB = 4096 * MIB;
function at(freeMiB: number) {
  return { sizeKiB: SIZE_KIB, freeKiB: freeMiB * MIB };
}
function note(freeMiB: number, shortage: Shortage | null = null) {
  const { status, patch, events } = noteRoom({ identifier: 'test0', shortage }, at(freeMiB));
  return { status, patch, ids: events.map(({ eventId }) => eventId) };
}

test('90 % of used storage is reported once, and again only after clearly more was free', () => {
  assert.deepEqual(note(411), { status: 'available', patch: {}, ids: [] });
  assert.deepEqual(note(409), {
    status: 'available',
    patch: { shortage: 'low' },
    ids: ['RDS-EVENT-0089'],
  });
  for (const free of [100, 409, 600]) {
    assert.deepEqual(note(free, 'low'), { status: 'available', patch: {}, ids: [] });
  }
  assert.deepEqual(note(620, 'low'), { status: 'available', patch: { shortage: null }, ids: [] });
});

test('a full volume is reported once each time that it fills', () => {
  const full = { status: 'storage-full', patch: { shortage: 'full' }, ids: ['RDS-EVENT-0007'] };
  assert.deepEqual(note(0), full);
  assert.deepEqual(note(3, 'low'), full);
  for (const free of [0, 15]) {
    assert.deepEqual(note(free, 'full'), { status: 'storage-full', patch: {}, ids: [] });
  }
  assert.deepEqual(note(17, 'full'), { status: 'available', patch: { shortage: 'low' }, ids: [] });
  assert.deepEqual(note(2000, 'full'), { status: 'available', patch: { shortage: null }, ids: [] });
});

test('the warning has the words and the category of RDS', () => {
  const [told] = noteRoom({ identifier: 'test0' }, at(300)).events;
  assert.deepEqual(told, {
    eventId: 'RDS-EVENT-0089',
    categories: ['low storage'],
    message:
      'The free storage capacity for DB instance: test0 is low at 7% of the provisioned storage ' +
      '[Provisioned Storage: 4.00 GB, Free Storage: 0.29 GB]. You may want to increase the provisioned storage to address this issue.',
  });
});

test('a full volume stays full until clearly more is free', () => {
  assert.equal(judgeRoom(at(10), null), 'low');
  assert.equal(judgeRoom(at(10), 'full'), 'full');
});

test('a full volume of the write-ahead log is reported like one of the data, with its own figures', () => {
  const withWal = (freeMiB: number, walFreeMiB: number) => ({
    ...at(freeMiB),
    wal: { sizeKiB: 1024 * MIB, freeKiB: walFreeMiB * MIB },
  });
  assert.equal(judgeRoom(withWal(2000, 500), null), null);
  assert.equal(judgeRoom(withWal(2000, 100), null), 'low');
  // PostgreSQL stops when it cannot make the next segment.
  assert.equal(judgeRoom(withWal(2000, 15), null), 'full');
  assert.equal(judgeRoom(withWal(2000, 17), null), 'low');
  assert.equal(judgeRoom(withWal(2000, 31), 'full'), 'full');
  assert.equal(judgeRoom(withWal(2000, 33), 'full'), 'low');
  assert.equal(judgeRoom(withWal(3, 500), null), 'full');
  assert.equal(judgeRoom(withWal(300, 500), null), 'low');
  assert.equal(leastShare(withWal(2048, 256)), 0.25);
  assert.equal(leastShare(withWal(1024, 512)), 0.25);

  const messageOf = (room: ReturnType<typeof withWal>) =>
    noteRoom({ identifier: 'test0' }, room).events[0]?.message ?? '';
  assert.match(
    messageOf(withWal(2000, 100)),
    /is low at 9% of .* \[Provisioned Storage: 1\.00 GB, Free Storage: 0\.10 GB, of the write-ahead log alone\]/,
  );
  assert.match(messageOf(withWal(300, 500)), /\[Provisioned Storage: 4\.00 GB, Free Storage: 0\.29 GB\]/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeRoom, noteRoom, type Shortage } from '../../src/model/room.ts';

const MIB = 1024;
const SIZE_KIB = 4096 * MIB;
const at = (freeMiB: number) => ({ sizeKiB: SIZE_KIB, freeKiB: freeMiB * MIB });
const note = (freeMiB: number, shortage: Shortage | null = null) => {
  const { status, patch, events } = noteRoom({ identifier: 'test0', shortage }, at(freeMiB));
  return { status, patch, ids: events.map(({ eventId }) => eventId) };
};

test('nine tenths used are told once, and again only after there was clearly more', () => {
  assert.deepEqual(note(411), { status: 'available', patch: {}, ids: [] });
  assert.deepEqual(note(409), {
    status: 'available',
    patch: { shortage: 'low' },
    ids: ['RDS-EVENT-0089'],
  });
  for (const free of [100, 409, 600])
    assert.deepEqual(note(free, 'low'), { status: 'available', patch: {}, ids: [] });
  assert.deepEqual(note(620, 'low'), { status: 'available', patch: { shortage: null }, ids: [] });
});

test('a full one is told once for each time that it fills', () => {
  const full = { status: 'storage-full', patch: { shortage: 'full' }, ids: ['RDS-EVENT-0007'] };
  assert.deepEqual(note(0), full);
  assert.deepEqual(note(3, 'low'), full);
  for (const free of [0, 15])
    assert.deepEqual(note(free, 'full'), { status: 'storage-full', patch: {}, ids: [] });
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

test('what is full is so for a while', () => {
  assert.equal(judgeRoom(at(10), null), 'low');
  assert.equal(judgeRoom(at(10), 'full'), 'full');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRoom } from '../../src/guest/room.ts';

test('room is a line of its own with two figures that can be', () => {
  assert.deepEqual(parseRoom('note: x\nroom 4096 12\npostgres (PostgreSQL) 15.14\n'), {
    sizeKiB: 4096,
    freeKiB: 12,
  });
  for (const wrong of [
    '',
    'room',
    'room 12',
    'room 12 -1',
    'room 0 0',
    'room 1 2',
    'a room 4096 12',
    'room 4096 12 x',
    'room 1e3 1',
  ])
    assert.equal(parseRoom(wrong), undefined, wrong);
});

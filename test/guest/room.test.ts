import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRoom } from '../../src/guest/room.ts';

test('room is a line with two possible figures, and other lines are ignored', () => {
  assert.deepEqual(parseRoom('note: x\nroom 4096 12\npostgres (PostgreSQL) 15.14\n'), {
    sizeKiB: 4096,
    freeKiB: 12,
  });
  assert.deepEqual(parseRoom('room 4096 12\nwal 1024 7\n'), {
    sizeKiB: 4096,
    freeKiB: 12,
    wal: { sizeKiB: 1024, freeKiB: 7 },
  });
  for (const wal of ['wal 1 2', 'wal 0 0', 'wal x 1', 'xwal 2 1', 'wal 2 1 0']) {
    assert.deepEqual(parseRoom(`room 4096 12\n${wal}\n`), { sizeKiB: 4096, freeKiB: 12 }, wal);
  }
  for (const wrong of [
    'wal 1024 7',
    '',
    'room',
    'room 12',
    'room 12 -1',
    'room 0 0',
    'room 1 2',
    'a room 4096 12',
    'room 4096 12 x',
    'room 1e3 1',
  ]) {
    assert.equal(parseRoom(wrong), undefined, wrong);
  }
});

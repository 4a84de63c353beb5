import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeMachine } from '../../../src/providers/libvirt/placement.ts';

const candidate = (name: string, memoryMiB: number, diskGiB: number) => ({
  host: { name },
  capacity: { memoryMiB, diskGiB },
});

test('a machine goes where most memory is left, if its disk fits', () => {
  const candidates = [candidate('a', 4096, 100), candidate('b', 8192, 100), candidate('c', 16_384, 4)];
  assert.equal(placeMachine(candidates, { memoryMiB: 1024, diskGiB: 5 }).name, 'b');
  assert.equal(placeMachine(candidates, { memoryMiB: 1024, diskGiB: 4 }).name, 'c');
  assert.equal(placeMachine(candidates, { memoryMiB: 8192, diskGiB: 100 }).name, 'b');
});

test('where none has room, it is said what each has', () => {
  assert.throws(
    () => placeMachine([candidate('a', 512, 100), candidate('b', 4096, 1)], { memoryMiB: 1024, diskGiB: 5 }),
    {
      code: 'InsufficientCapacity',
      message:
        'no room for 1024 MiB of memory and 5 GiB of disk: a has 512 MiB and 100 GiB left, b has 4096 MiB and 1 GiB left',
    },
  );
});

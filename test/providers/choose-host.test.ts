import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseHost } from '../../src/providers/choose-host.ts';
import { type HostRoom, ProviderError } from '../../src/providers/provider.ts';

function room(host: string, memoryMiB: number, diskGiB: number, begun = false): HostRoom {
  return {
    host,
    memoryMiB: { total: memoryMiB, promised: 0 },
    diskGiB: { total: diskGiB, promised: 0 },
    systemGiB: 0,
    machines: new Map(),
    begun,
  };
}
const silent: HostRoom = {
  host: 'd',
  unreachable: new ProviderError('Unavailable', 'libvirt on d is silent'),
};
const wrong: HostRoom = {
  host: 'e',
  unreachable: new ProviderError('Configuration', 'libvirt on e has no pool'),
};
const small = { name: 'small', memoryMiB: 1024, diskGiB: 5 };

test('the host with the most memory left is chosen, if the disk fits there', () => {
  const rooms = [room('a', 4096, 100), room('b', 8192, 100), room('c', 16_384, 4)];
  assert.equal(chooseHost(rooms, small), 'b');
  assert.equal(chooseHost(rooms, { name: 'other', memoryMiB: 1024, diskGiB: 4 }), 'c');
  assert.equal(chooseHost(rooms, { name: 'other', memoryMiB: 8192, diskGiB: 100 }), 'b');
});

test('the host where the machine was begun is chosen, even if it is full', () => {
  assert.equal(chooseHost([room('a', 4096, 100), room('b', 0, 0, true)], small), 'b');
});

test('memory and disk that are promised to others do not count as left', () => {
  const rooms = [room('a', 4096, 100), room('b', 3500, 100)];
  const other = { ...small, host: 'a' };
  assert.equal(chooseHost(rooms, small, [{ ...small, host: 'b' }]), 'a');
  assert.equal(chooseHost(rooms, small, [other]), 'b');
  assert.equal(chooseHost(rooms, small, [other, { ...other, memoryMiB: 0, diskGiB: 96, host: 'b' }]), 'a');
  assert.throws(
    () => chooseHost(rooms, { name: 'other', memoryMiB: 3500, diskGiB: 5 }, [other, { ...other, host: 'b' }]),
    {
      message:
        /a has 4096 MiB, 1024 of them promised, and 100 GiB, 5 of them promised, b has 3500 MiB, 1024 of them/,
    },
  );
});

test('an unreachable host is passed over', () => {
  assert.equal(chooseHost([silent, room('a', 4096, 100), wrong], small), 'a');
});

test('where no host has room, the error lists what each has', () => {
  assert.throws(() => chooseHost([room('a', 512, 100), room('b', 4096, 1)], small), {
    code: 'InsufficientCapacity',
    retryable: false,
    message:
      'no room for 1024 MiB of memory and 5 GiB of disk: a has 512 MiB, 0 of them promised, and 100 GiB, 0 of them promised, b has 4096 MiB, 0 of them promised, and 1 GiB, 0 of them promised',
  });
});

test('where no host has room and one is unreachable for now, the error is retryable', () => {
  assert.throws(() => chooseHost([room('a', 512, 100), silent], small), {
    code: 'Unavailable',
    retryable: true,
    message: /a has 512 MiB, .*, d is unreachable \(libvirt on d is silent\)/,
  });
  assert.throws(() => chooseHost([room('a', 512, 100), wrong], small), {
    code: 'InsufficientCapacity',
    message: /e is unreachable \(libvirt on e has no pool\)/,
  });
});

test('where all hosts are unreachable, the error has the reason', () => {
  assert.throws(() => chooseHost([wrong, silent], small), { code: 'Unavailable' });
  assert.throws(() => chooseHost([wrong], small), { code: 'Configuration', message: /no pool/ });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseHost } from '../../../src/providers/choose-host.ts';
import { diskStock, memoryStock } from '../../../src/providers/libvirt/stock.ts';
import { parseOvercommit } from '../../../src/providers/overcommit.ts';
import type { Room } from '../../../src/providers/provider.ts';
import { GIB } from '../../../src/system/units.ts';

const once = parseOvercommit(undefined);
const ext4 = { capacity: 252 * GIB, available: 219 * GIB, rootsOwn: 159 * GIB };
function volume(capacity: number, allocation = 0) {
  return {
    capacity: capacity * GIB,
    allocation: allocation * GIB,
  };
}

/** The host of a review: 24 GiB, with the machines b1, e1 and e2 of 16 GiB each. */
function reviewed(machines: number, overcommit = once): Room {
  return {
    host: 'localhost',
    memoryMiB: memoryStock({ totalMiB: 24 * 1024, promisedMiB: machines * 16 * 1024 }, overcommit),
    diskGiB: diskStock({ ...ext4, rootsOwn: 0 }, Array(machines).fill(volume(150)), overcommit),
    systemGiB: 4,
    machines: new Map(),
    begun: false,
  };
}
const e = { name: 'e', memoryMiB: 16 * 1024, diskGiB: 150 };

test('of machines of 16 GiB and 150 GiB one fits on a host of 24 GiB and 209 GiB, two do not', () => {
  assert.equal(chooseHost([reviewed(0)], e), 'localhost');
  for (const machines of [1, 2]) {
    assert.throws(() => chooseHost([reviewed(machines)], e), {
      code: 'InsufficientCapacity',
      message: new RegExp(
        `23040 MiB, ${machines * 16384} of them promised, and 209 GiB, ${machines * 150} of`,
      ),
    });
  }
});

test('overcommitment multiplies memory and disk', () => {
  const overcommit = parseOvercommit('memory:2.2,disk:2.3');
  for (const machines of [0, 1, 2]) {
    assert.equal(chooseHost([reviewed(machines, overcommit)], e), 'localhost');
  }
  assert.throws(() => chooseHost([reviewed(3, overcommit)], e));
  assert.throws(() => chooseHost([reviewed(2, parseOvercommit('memory:2.2'))], e));
});

test('a sixteenth of the memory, at least 512 MiB, is kept for the host', () => {
  const total = (totalMiB: number) => memoryStock({ totalMiB, promisedMiB: 0 }, once).total;
  assert.deepEqual([total(256 * 1024), total(4096), total(256)], [240 * 1024, 3584, 0]);
});

test('disk is what QEMU can write, without the reserve of root', () => {
  assert.equal(diskStock(ext4, [], once).total, 60);
  // A twentieth is kept where root's reserve is unknown, as on a remote host.
  const unseen = { capacity: 100 * GIB, available: 90 * GIB, rootsOwn: undefined };
  assert.equal(diskStock(unseen, [], once).total, 85);
  assert.equal(diskStock({ ...unseen, rootsOwn: 0 }, [], once).total, 85);
  // At most 10 GiB are kept, because XFS reserves nothing for root and a twentieth of 20 TiB would be much.
  const large = { capacity: 20_000 * GIB, available: 20_000 * GIB, rootsOwn: 0 };
  assert.equal(diskStock(large, [], once).total, 19_990);
});

test('a volume counts with the size that it may grow to, and its written part counts once', () => {
  const size = { capacity: 100 * GIB, available: 70 * GIB, rootsOwn: 0 };
  // Volumes have taken 20 of the 30 GiB in use. The other 10 GiB cannot be promised.
  const stock = diskStock(size, [volume(50, 12), volume(10, 8)], once);
  assert.deepEqual(stock, { total: 85, promised: 60 });
  // A preallocated volume, or one with internal snapshots, has taken more than the guest sees.
  assert.equal(diskStock(size, [volume(5, 9)], once).promised, 9);
});

test('a full pool takes no new disk, even with overcommitment', () => {
  const size = { capacity: 100 * GIB, available: 4 * GIB, rootsOwn: 0 };
  const { total, promised } = diskStock(size, [volume(90, 90)], parseOvercommit('disk:50'));
  assert.ok(total <= promised);
});

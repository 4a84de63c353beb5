import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  largestStorage,
  readStorage,
  refuseBadStorage,
  type Storage,
  shownFigures,
} from '../../../src/model/db-instance/storage.ts';

const good: [Storage, number][] = [
  [{ storageType: 'gp2' }, 5],
  [{ storageType: 'gp3' }, 65536],
  [{ storageType: 'gp3', iops: 12000, storageThroughput: 500 }, 400],
  [{ storageType: 'gp3', iops: 64000, storageThroughput: 4000 }, 400],
  [{ storageType: 'gp3', storageThroughput: 3000 }, 400],
  [{ storageType: 'io1', iops: 1000 }, 100],
  [{ storageType: 'io1', iops: 5000 }, 100],
  [{ storageType: 'io1', iops: 256000 }, 65536],
  [{ storageType: 'io2', iops: 1000 }, 2000],
  [{ storageType: 'io2', iops: 100000 }, 100],
  [{ storageType: 'standard' }, 3072],
];
for (const [storage, size] of good) {
  test(`${size} GiB of ${JSON.stringify(storage)} are possible`, () => refuseBadStorage(storage, size));
}

const SMALL_GP3 =
  "You can't specify IOPS or storage throughput for engine postgres and a storage size less than 400.";
// Sources of the words: convox/rack #2846, tf_aws_rds #22, cloud-platform-environments #3972, troposphere #2141.
const bad: [Storage, number, string][] = [
  [{ storageType: 'gp2' }, 4, 'Invalid storage size for engine name postgres and storage type gp2: 4.'],
  [
    { storageType: 'gp2' },
    65537,
    'Invalid storage size for engine name postgres and storage type gp2: 65537.',
  ],
  [{ storageType: 'standard' }, 3073, 'Invalid storage size'],
  [{ storageType: 'io1' }, 100, 'The storage type io1 requires iops to be specified.'],
  [{ storageType: 'gp2', iops: 1000 }, 100, "You can't specify Iops for storage type gp2."],
  [
    { storageType: 'io1', iops: 999 },
    100,
    'Invalid iops value for engine name postgres and storage type io1: 999.',
  ],
  [{ storageType: 'io1', iops: 256001 }, 65536, 'Invalid iops value'],
  [
    { storageType: 'io1', iops: 5001 },
    100,
    'Invalid iops to storage (GB) ratio for engine name postgres and storage type io1: 50.0100',
  ],
  [{ storageType: 'io1', iops: 1000 }, 2001, 'Invalid iops to storage (GB) ratio'],
  [{ storageType: 'io2', iops: 100001 }, 100, 'Invalid iops to storage (GB) ratio'],
  [
    { storageType: 'io1', iops: 1000, storageThroughput: 500 },
    100,
    "You can't specify StorageThroughput for storage type io1.",
  ],
  [{ storageType: 'gp3', iops: 12000, storageThroughput: 500 }, 6, SMALL_GP3],
  [{ storageType: 'gp3', iops: 3000 }, 399, SMALL_GP3],
  [{ storageType: 'gp3', storageThroughput: 125 }, 20, SMALL_GP3],
  [
    { storageType: 'gp3', iops: 11999 },
    400,
    'Invalid iops value for engine name postgres and storage type gp3: 11999.',
  ],
  [{ storageType: 'gp3', iops: 64001 }, 400, 'Invalid iops value'],
  [{ storageType: 'gp3', storageThroughput: 499 }, 400, 'Invalid storage throughput value'],
  [{ storageType: 'gp3', iops: 64000, storageThroughput: 4001 }, 400, 'Invalid storage throughput value'],
  [
    { storageType: 'gp3', iops: 12000, storageThroughput: 3001 },
    400,
    'Invalid storage throughput to iops ratio for engine name postgres and storage type gp3: 0.2501',
  ],
];
for (const [storage, size, words] of bad) {
  test(`${size} GiB of ${JSON.stringify(storage)} are refused: ${words}`, () => {
    assert.throws(
      () => refuseBadStorage(storage, size),
      ({ code, message }: Error & { code?: string }) =>
        code === 'InvalidParameterCombination' && message.startsWith(words),
    );
  });
}

test('an unknown type is refused alone, and several bad figures at once', () => {
  assert.throws(() => refuseBadStorage({ storageType: 'floppy', iops: 1 }, 4), {
    code: 'StorageTypeNotSupported',
    message: 'Invalid storage type: floppy',
  });
  assert.throws(
    () => refuseBadStorage({ storageType: 'gp3', iops: 1, storageThroughput: 1 }, 400),
    /3 reasons: .*iops value.*throughput value.*ratio/,
  );
});

test('magnetic disks are smaller than the others', () => {
  assert.ok(largestStorage('standard') < largestStorage('gp3'));
});

const gp3: Storage = { storageType: 'gp3', iops: 20000, storageThroughput: 700 };
for (const [request, base, sizes, expected] of [
  [{ Iops: 0, StorageThroughput: 0 }, { storageType: 'gp3' }, { gets: 5 }, { storageType: 'gp3' }],
  [{ StorageType: 'gp2' }, gp3, { has: 400, gets: 400 }, { storageType: 'gp2' }],
  [{ Iops: 13000 }, gp3, { has: 400, gets: 400 }, { ...gp3, iops: 13000 }],
  // A client that sends what it sees changes nothing.
  [
    { Iops: 3000, StorageThroughput: 125 },
    { storageType: 'gp3' },
    { has: 5, gets: 6 },
    { storageType: 'gp3' },
  ],
  [{ Iops: 20000, StorageThroughput: 700 }, gp3, { has: 400, gets: 500 }, gp3],
  // Version 0.4 took these figures.
  [{}, { ...gp3, iops: 12000 }, { has: 6, gets: 7 }, { storageType: 'gp3' }],
  [{ StorageType: 'io1', Iops: 1000 }, gp3, { has: 400, gets: 400 }, { storageType: 'io1', iops: 1000 }],
] as const) {
  test(`${JSON.stringify(request)} on ${JSON.stringify(base)}, ${sizes.gets} GiB: ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(readStorage(request, base, sizes), expected);
  });
}

for (const [request, base, sizes] of [
  [{ Iops: 3000 }, { storageType: 'gp2' }, { has: 5, gets: 5 }],
  [{ StorageType: 'gp3', Iops: 3000 }, { storageType: 'gp2' }, { has: 5, gets: 5 }],
  [{ StorageType: 'io1' }, gp3, { has: 400, gets: 400 }],
] as const) {
  test(`${JSON.stringify(request)} on ${JSON.stringify(base)} is refused`, () => {
    assert.throws(() => readStorage(request, base, sizes), { code: 'InvalidParameterCombination' });
  });
}

test('figures of a request are shown, and the baseline of the size where it had none', () => {
  assert.deepEqual(shownFigures({ storageType: 'gp3' }, 399), { iops: 3000, storageThroughput: 125 });
  assert.deepEqual(shownFigures({ storageType: 'gp3' }, 400), { iops: 12000, storageThroughput: 500 });
  assert.deepEqual(shownFigures(gp3, 400), { iops: 20000, storageThroughput: 700 });
  assert.deepEqual(shownFigures({ storageType: 'io1', iops: 1000 }, 100), {
    iops: 1000,
    storageThroughput: 0,
  });
  assert.deepEqual(shownFigures({ storageType: 'gp2' }, 100), { storageThroughput: 0 });
});

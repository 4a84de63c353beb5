import assert from 'node:assert/strict';
import { test } from 'node:test';
import { largestStorage, refuseBadStorage, type Storage } from '../../../src/model/db-instance/storage.ts';

const good: [Storage, number][] = [
  [{ storageType: 'gp2' }, 5],
  [{ storageType: 'gp3' }, 65536],
  [{ storageType: 'gp3', iops: 12000, storageThroughput: 500 }, 400],
  [{ storageType: 'io1', iops: 1000 }, 100],
  [{ storageType: 'io2', iops: 50 }, 100],
  [{ storageType: 'io2', iops: 5000 }, 100],
  [{ storageType: 'standard' }, 3072],
];
for (const [storage, size] of good) {
  test(`${size} GiB of ${JSON.stringify(storage)} are possible`, () => refuseBadStorage(storage, size));
}

const bad: [Storage, number, string][] = [
  [{ storageType: 'floppy' }, 20, 'StorageTypeNotSupported'],
  [{ storageType: 'gp2' }, 4, 'InvalidParameterValue'],
  [{ storageType: 'gp2' }, 65537, 'InvalidParameterValue'],
  [{ storageType: 'standard' }, 3073, 'InvalidParameterValue'],
  [{ storageType: 'io1' }, 100, 'InvalidParameterCombination'],
  [{ storageType: 'gp2', iops: 1000 }, 100, 'InvalidParameterCombination'],
  [{ storageType: 'io1', iops: 49 }, 100, 'InvalidParameterCombination'],
  [{ storageType: 'io1', iops: 5001 }, 100, 'InvalidParameterCombination'],
  [{ storageType: 'io1', iops: 1000, storageThroughput: 500 }, 100, 'InvalidParameterCombination'],
];
for (const [storage, size, code] of bad) {
  test(`${size} GiB of ${JSON.stringify(storage)} are refused: ${code}`, () => {
    assert.throws(() => refuseBadStorage(storage, size), { code });
  });
}

test('magnetic disks are smaller than the others', () => {
  assert.ok(largestStorage('standard') < largestStorage('gp3'));
});

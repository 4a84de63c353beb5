import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkRows } from './check-rows.ts';

const committed = [
  { resource: 'db-A', from: 1, to: 3 },
  { resource: 'db-A', from: 7, to: 9 },
  { resource: 'db-B', from: 1, to: 2 },
];
function found(a: number[], b: number[]) {
  return new Map([
    ['db-A', new Set(a)],
    ['db-B', new Set(b)],
  ]);
}

test('all acknowledged rows exist, and further rows may exist', () => {
  assert.deepEqual(checkRows(committed, found([1, 2, 3, 4, 7, 8, 9], [1, 2]), new Set()), {
    acknowledged: 8,
    missing: 0,
    details: [],
  });
});

test('one missing row is reported', () => {
  const { acknowledged, missing, details } = checkRows(committed, found([1, 2, 3, 7, 9], [1, 2]), new Set());
  assert.deepEqual([acknowledged, missing], [8, 1]);
  assert.deepEqual(details, ['db-A: 1 of 6 rows are missing: 8']);
});

test('every row of an instance that cannot be read counts as missing', () => {
  const { missing, details } = checkRows(
    committed,
    new Map([['db-A', new Set([1, 2, 3, 7, 8, 9])]]),
    new Set(),
  );
  assert.equal(missing, 2);
  assert.deepEqual(details, ['db-B: could not be looked into, 2 of 2 rows are missing: 1, 2']);
});

test('rows of an instance whose deletion was requested do not count as missing', () => {
  const { acknowledged, missing } = checkRows(
    committed,
    new Map([['db-A', new Set([1, 2, 3, 7, 8, 9])]]),
    new Set(['db-B']),
  );
  assert.deepEqual([acknowledged, missing], [6, 0]);
});

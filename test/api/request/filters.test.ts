import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFilters, refuseFilters } from '../../../src/api/request/filters.ts';

const NAMES = ['engine', 'status'] as const;

test('values of a filter are alternatives', () => {
  const filters = readFilters([{ Name: 'engine', Values: ['postgres', 'mysql'] }], NAMES);
  assert.deepEqual([...(filters.get('engine') ?? [])], ['postgres', 'mysql']);
  assert.equal(filters.has('status'), false);
});

test('a filter that is given twice passes the values that both contain', () => {
  const twice = [
    { Name: 'engine', Values: ['postgres', 'mysql'] },
    { Name: 'engine', Values: ['mysql', 'mariadb'] },
  ];
  assert.deepEqual([...(readFilters(twice, NAMES).get('engine') ?? [])], ['mysql']);
});

test('a filter without values passes no value', () => {
  assert.equal(readFilters([{ Name: 'engine' }], NAMES).get('engine')?.size, 0);
});

test('a request without filters is read as an empty map', () => {
  assert.equal(readFilters(undefined, NAMES).size, 0);
  assert.equal(readFilters([], NAMES).size, 0);
});

test('an unknown filter is refused by name', () => {
  const unknown = [{ Name: 'colour', Values: ['blue'] }];
  const refusal = { code: 'InvalidParameterValue', message: 'Unrecognized filter name: colour' };
  assert.throws(() => readFilters(unknown, NAMES), refusal);
  assert.throws(() => refuseFilters(unknown), refusal);
  refuseFilters(undefined);
});

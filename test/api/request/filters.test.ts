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

test('a filter without values is refused in the words of RDS', () => {
  for (const filter of [{ Name: 'engine' }, { Name: 'engine', Values: [] }]) {
    assert.throws(() => readFilters([filter], NAMES), {
      code: 'InvalidParameterCombination',
      message: 'The list of Engine Names must not be empty.',
    });
  }
});

for (const [value, isTaken] of [
  ['test-1', true],
  ['arn:aws:rds:local:123456789012:db:test-1', true],
  ['arn:aws:rds:mars-1:1:db:test-1', true],
  ['arn:aws:rds:us-west-2:123456789012:db:', false],
  ['arn:aws:rds:us-west-2:123456789012:db:a--b', false],
  ['not_a_name', false],
  ['', false],
] as const) {
  test(`the identifier ${value} in a filter is ${isTaken ? 'taken' : 'refused'}`, () => {
    const read = () => readFilters([{ Name: 'db-instance-id', Values: [value] }], ['db-instance-id']);
    if (isTaken) assert.equal(read().get('db-instance-id')?.size, 1);
    else {
      assert.throws(read, {
        code: 'InvalidParameterValue',
        message: /^The parameter Filter: db-instance-id is not a valid identifier\. Identifiers must begin/,
      });
    }
  });
}

test('all bad filters are refused at once', () => {
  const bad = [{ Name: 'colour', Values: ['blue'] }, { Name: 'engine' }];
  assert.throws(() => readFilters(bad, NAMES), /2 reasons: .*colour.*Engine Names/);
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

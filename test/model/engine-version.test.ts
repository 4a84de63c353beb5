import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  compareVersions,
  defaultOptionGroup,
  defaultParameterGroup,
  majorOf,
  parameterGroupFamily,
  resolveVersion,
} from '../../src/model/engine-version.ts';

const offered = ['15.4', '14.23', '15.18', '9'];

for (const [wanted, expected] of [
  [undefined, '15.18'],
  ['', '15.18'],
  ['15', '15.18'],
  ['15.4', '15.4'],
  ['14', '14.23'],
  ['1', undefined],
  ['15.1', undefined],
  ['17', undefined],
] as const) {
  test(`who wants ${wanted ?? 'any version'} gets ${expected ?? 'none'}`, () => {
    assert.equal(resolveVersion(wanted, offered), expected);
  });
}

test('versions order by number, not by letter', () => {
  assert.deepEqual([...offered].sort(compareVersions), ['9', '14.23', '15.4', '15.18']);
});

test('groups are named after the major version', () => {
  assert.equal(majorOf('15.18'), '15');
  assert.equal(parameterGroupFamily('15.18'), 'postgres15');
  assert.equal(defaultParameterGroup('15.18'), 'default.postgres15');
  assert.equal(defaultOptionGroup('15.18'), 'default:postgres-15');
});

test('nothing is resolved where nothing is offered', () => {
  assert.equal(resolveVersion(undefined, []), undefined);
});

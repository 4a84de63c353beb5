import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  compareVersions,
  defaultOptionGroup,
  defaultParameterGroup,
  isPlausibleVersion,
  majorOf,
  parameterGroupFamily,
  resolveVersion,
} from '../../../src/model/engine/engine-version.ts';

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
  test(`a request for ${wanted ?? 'any version'} gets ${expected ?? 'none'}`, () => {
    assert.equal(resolveVersion(wanted, offered), expected);
  });
}

test('versions are ordered by number, not by letter', () => {
  assert.deepEqual([...offered].sort(compareVersions), ['9', '14.23', '15.4', '15.18']);
});

test('default groups are named after the major version', () => {
  assert.equal(majorOf('15.18'), '15');
  assert.equal(parameterGroupFamily('15.18'), 'postgres15');
  assert.equal(defaultParameterGroup('15.18'), 'default.postgres15');
  assert.equal(defaultOptionGroup('15.18'), 'default:postgres-15');
});

test('no version is resolved where none is offered', () => {
  assert.equal(resolveVersion(undefined, []), undefined);
});

test('a server may report any minor of its major, and no impossible version', () => {
  for (const told of ['15.0', '15.7', '15.18', '15.50']) assert.ok(isPlausibleVersion(told, '15.4'), told);
  for (const told of [
    '99.99',
    '14.18',
    '16.1',
    '15.51',
    '15.99',
    '15',
    '15.',
    '15.07',
    '15.1.1',
    '1.5',
    '',
    '15.4\n',
  ]) {
    assert.ok(!isPlausibleVersion(told, '15.4'), told);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstMachineName, laterMachineName } from '../../../src/model/server/machine-name.ts';

test('the first machine of an instance is named after the instance', () => {
  assert.equal(firstMachineName('cornac-', 'test0'), 'cornac-test0');
});

test('a later machine has a number after the name', () => {
  assert.equal(laterMachineName('cornac-test0', 2), 'cornac-test0-2');
});

test('a later machine with the longest name has a host name of at most 63 characters', () => {
  const name = `cornac-${'a'.repeat(56)}`;
  assert.equal(laterMachineName(name, 12), `${name.slice(0, 60)}-12`);
  assert.equal(laterMachineName(`${'a'.repeat(60)}-bc`, 2), `${'a'.repeat(60)}-2`);
});

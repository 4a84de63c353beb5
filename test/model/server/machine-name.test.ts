import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstMachineName, laterMachineName } from '../../../src/model/server/machine-name.ts';

test('the first machine of an instance is named after it', () => {
  assert.equal(firstMachineName('cornac-', 'test0'), 'cornac-test0');
});

test('a later machine has a number behind the name', () => {
  assert.equal(laterMachineName('cornac-test0', 2), 'cornac-test0-2');
});

test('a later machine of the longest name has a host name of 63 characters at most', () => {
  const name = `cornac-${'a'.repeat(56)}`;
  assert.equal(laterMachineName(name, 12), `${name.slice(0, 60)}-12`);
  assert.equal(laterMachineName(`${'a'.repeat(60)}-bc`, 2), `${'a'.repeat(60)}-2`);
});

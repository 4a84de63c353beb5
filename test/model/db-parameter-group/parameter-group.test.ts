import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultParameterGroups } from '../../../src/model/db-parameter-group/parameter-group.ts';

test('one default group per major version, from old to new, however many minors are on offer', () => {
  assert.deepEqual(defaultParameterGroups(['15.18', '9.6', '15.4', '14.23']), [
    group('postgres9'),
    group('postgres14'),
    group('postgres15'),
  ]);
});

test('no group without a version on offer', () => assert.deepEqual(defaultParameterGroups([]), []));

function group(family: string) {
  const name = `default.${family}`;
  return { name, family, description: `Default parameter group for ${family}`, parameters: {}, tags: [] };
}

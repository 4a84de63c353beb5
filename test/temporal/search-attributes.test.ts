import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attributesOf, searchAttributes } from '../../src/temporal/search-attributes.ts';

test('a workflow that holds an instance is found by the name of the instance', () => {
  const [pair, ...others] = attributesOf({ kind: 'db-instance', name: 'test0' });
  assert.deepEqual([pair?.key.name, pair?.value, others], ['CornacDBInstance', 'test0', []]);
});

test('a kind of resource that no operation holds has no search attribute', () => {
  assert.deepEqual(attributesOf({ kind: 'db-parameter-group', name: 'default.postgres15' }), []);
  assert.deepEqual(searchAttributes, ['CornacDBInstance', 'CornacDBSnapshot']);
});

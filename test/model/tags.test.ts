import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addTags, removeTags } from '../../src/model/tags.ts';

function tag(Key: string, Value = '') {
  return { Key, Value };
}
function many(count: number) {
  return Array.from({ length: count }, (_, index) => tag(`key${index}`));
}

test('tags keep their order, and a tag with an existing key replaces the value in place', () => {
  const tags = addTags([tag('a', '1'), tag('b', '2')], [tag('c', '3'), tag('a', '9')]);
  assert.deepEqual(tags, [tag('a', '9'), tag('b', '2'), tag('c', '3')]);
});

test('a tag needs no value', () => {
  assert.deepEqual(addTags([], [{ Key: 'a' }]), [tag('a', '')]);
});

for (const each of [
  tag('k'.repeat(128), 'v'.repeat(256)),
  tag('Größe 4_.:/=+-@', 'größe 4_.:/=+-@'),
  tag('𐐀'.repeat(128)),
  tag('awsome'),
  tag('a', 'aws:cloudformation'),
]) {
  test(`a tag is accepted: ${each.Key.slice(0, 20)}`, () => assert.deepEqual(addTags([], [each]), [each]));
}

for (const [what, tags] of [
  ['without a key', [{ Value: 'x' }]],
  ['with an empty key', [tag('')]],
  ['with a key of 129 characters', [tag('k'.repeat(129))]],
  ['with a value of 257 characters', [tag('k', 'v'.repeat(257))]],
  ['with the prefix aws:', [tag('aws:x')]],
  ['with the prefix Rds:', [tag('Rds:x')]],
  ['with a bracket in its key', [tag('a<b')]],
  ['with a bracket in its value', [tag('a', '<b')]],
  ['given twice', [tag('a', '1'), tag('a', '2')]],
  ['too many', many(51)],
] as const) {
  test(`a tag is refused: ${what}`, () => {
    assert.throws(() => addTags([], tags), { code: 'InvalidParameterValue' });
  });
}

test('a resource has at most 50 tags, including its existing tags', () => {
  assert.equal(addTags(many(49), [tag('one more')]).length, 50);
  assert.equal(addTags(many(50), [tag('key0', 'new')]).length, 50);
  assert.throws(() => addTags(many(50), [tag('one more')]), { code: 'InvalidParameterValue' });
});

test('the removal of tags leaves the others, and ignores unknown keys', () => {
  assert.deepEqual(removeTags([tag('a'), tag('b'), tag('c')], ['b', 'x']), [tag('a'), tag('c')]);
});

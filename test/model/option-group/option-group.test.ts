import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  defaultOptionGroups,
  isDefaultOptionGroup,
  readOptionGroupName,
  refuseOtherMajor,
} from '../../../src/model/option-group/option-group.ts';

test('each major version has a default group, from old to new', () => {
  assert.deepEqual(
    defaultOptionGroups(['15.18', '14.23', '15.4']).map(({ name, description }) => [name, description]),
    [
      ['default:postgres-14', 'Default option group for postgres 14'],
      ['default:postgres-15', 'Default option group for postgres 15'],
    ],
  );
  assert.ok(isDefaultOptionGroup('default:postgres-15'));
});

for (const [text, name] of [
  ['Mine', 'mine'],
  ['my-group-1', 'my-group-1'],
  ['default', 'default'],
  ['a'.repeat(255), 'a'.repeat(255)],
] as const) {
  test(`the name ${text.slice(0, 20)} is taken in lower case, and is no default`, () => {
    assert.equal(readOptionGroupName('OptionGroupName', text), name);
    assert.equal(isDefaultOptionGroup(name), false);
  });
}

for (const text of ['', '1st', '-a', 'a-', 'a--b', 'a_b', 'default:postgres-15', 'a\n', 'a'.repeat(256)]) {
  test(`the name ${JSON.stringify(text.slice(0, 20))} is refused`, () => {
    assert.throws(() => readOptionGroupName('TargetOptionGroupIdentifier', text), {
      code: 'InvalidParameterValue',
      message: /^The parameter TargetOptionGroupIdentifier is not a valid identifier/,
    });
  });
}

test('a group is for instances of its major version', () => {
  const group = { name: 'mine', majorVersion: '14' };
  refuseOtherMajor(group, '14.23');
  assert.throws(() => refuseOtherMajor(group, '15.18'), {
    code: 'InvalidParameterCombination',
    message:
      'The Option Group mine for postgres 14 cannot be used for this instance. ' +
      'Please use an Option Group for postgres 15',
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  dbSubnetGroupNotFound,
  invalidParameterCombination,
  invalidParameterValue,
} from '../../src/model/errors.ts';
import { checkAll, refusalsOf, refuseAll } from '../../src/model/refusals.ts';

function refuse(message: string): () => never {
  return () => {
    throw invalidParameterValue(message);
  };
}

test('checks without a refusal return their results by name', () => {
  assert.deepEqual(checkAll({ one: () => 1, two: () => 'two', three: () => undefined }), {
    one: 1,
    two: 'two',
    three: undefined,
  });
});

test('a single refusal stays as it is', () => {
  assert.throws(() => checkAll({ one: () => 1, two: refuse('two') }), {
    code: 'InvalidParameterValue',
    message: 'two',
  });
});

test('several refusals are one error: the code of the first, the words of all', () => {
  assert.throws(
    () =>
      checkAll({
        one: () => {
          throw invalidParameterCombination('first.');
        },
        two: () => 2,
        three: refuse('second.'),
        four: () => {
          throw dbSubnetGroupNotFound('mine');
        },
      }),
    {
      name: 'AwsError',
      code: 'InvalidParameterCombination',
      status: 400,
      message:
        "The request is refused for 3 reasons: (1) first. (2) second. (3) DB subnet group 'mine' does not exist.",
    },
  );
});

test('refusals of checks inside a check count one by one', () => {
  const inner = () => checkAll({ a: refuse('a'), b: refuse('b') });
  const all = () => checkAll({ inner, c: refuse('c') });
  assert.deepEqual(
    refusalsOf(all).map(({ message }) => message),
    ['a', 'b', 'c'],
  );
});

test('the same refusal twice is one', () => {
  assert.throws(() => refuseAll([invalidParameterValue('x'), invalidParameterValue('x')]), { message: 'x' });
});

test('an error that is no refusal ends the checks', () => {
  const bug = () => {
    throw new TypeError('a bug');
  };
  assert.throws(() => checkAll({ one: refuse('one'), bug, two: refuse('two') }), TypeError);
});

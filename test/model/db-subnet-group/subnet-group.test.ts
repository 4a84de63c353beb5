import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  readSubnetGroupName,
  readSubnetIds,
  zoneOfSubnet,
} from '../../../src/model/db-subnet-group/subnet-group.ts';

for (const [text, name] of [
  ['Mine', 'mine'],
  ['my group_1.2-x', 'my group_1.2-x'],
  ['a'.repeat(255), 'a'.repeat(255)],
  ['default2', 'default2'],
] as const) {
  test(`the name ${text.slice(0, 20)} is taken in lower case`, () =>
    assert.equal(readSubnetGroupName(text), name));
}

for (const text of ['', '1st', '-x', 'a/b', 'a:b', 'é', 'a\n', 'a'.repeat(256), 'default', 'DEFAULT']) {
  test(`the name ${JSON.stringify(text.slice(0, 20))} is refused`, () => {
    assert.throws(() => readSubnetGroupName(text), {
      code: 'InvalidParameterValue',
      message: /DBSubnetGroupName/,
    });
  });
}

test('each subnet is kept once, in the order of the request', () => {
  assert.deepEqual(readSubnetIds(['subnet-b', 'subnet-a', 'subnet-b'], 'local'), ['subnet-b', 'subnet-a']);
});

const many = Array.from({ length: 21 }, (_, index) => `subnet-${index}`);

for (const [ids, code, words] of [
  [
    ['subnet-1', 'mine', 'subnet-X'],
    'InvalidParameterValue',
    /^Some input subnets in :\[mine, subnet-X\] are invalid\.$/,
  ],
  [['subnet-1'], 'DBSubnetGroupDoesNotCoverEnoughAZs', /Current AZ coverage: locala\. Add subnets to cover/],
  [['subnet-1', 'subnet-1'], 'DBSubnetGroupDoesNotCoverEnoughAZs', /locala\./],
  [[], 'DBSubnetGroupDoesNotCoverEnoughAZs', /none\./],
  [many, 'DBSubnetQuotaExceededFault', /20 subnets/],
] as const) {
  test(`${ids.length} subnets are refused with ${code}`, () => {
    assert.throws(() => readSubnetIds(ids, 'local'), { code, message: words });
  });
}

test('20 subnets are taken', () => assert.equal(readSubnetIds(many.slice(1), 'local').length, 20));

test('subnets are in the zones a, b and c in turn', () => {
  assert.deepEqual(
    [0, 1, 2, 3].map((index) => zoneOfSubnet(index, 'eu-west-1')),
    ['eu-west-1a', 'eu-west-1b', 'eu-west-1c', 'eu-west-1a'],
  );
});

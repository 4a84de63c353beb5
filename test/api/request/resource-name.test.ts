import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instanceIdentifierOf } from '../../../src/api/request/resource-name.ts';
import { formatArn, parseArn } from '../../../src/model/arn.ts';

const owner = { regions: ['local', 'eu-west-1'], accountId: '123456789012' };

for (const [text, expected] of [
  ['test0', 'test0'],
  ['Test0', 'test0'],
  ['arn:aws:rds:local:123456789012:db:test0', 'test0'],
  ['arn:aws:rds:eu-west-1:123456789012:db:Test0', 'test0'],
  ['arn:aws:rds:us-east-1:123456789012:db:test0', undefined],
  ['arn:aws:rds:local:999999999999:db:test0', undefined],
  ['arn:aws:rds:local:123456789012:snapshot:test0', undefined],
  ['arn:aws:s3:::bucket', undefined],
  ['arn:', undefined],
] as const) {
  test(`${text} names ${expected ?? 'no instance of ours'}`, () => {
    assert.equal(instanceIdentifierOf(text, owner), expected);
  });
}

test('an ARN is read as it was written', () => {
  const arn = {
    region: 'local',
    accountId: '123456789012',
    resourceType: 'snapshot',
    name: 'rds:test0-2026',
  };
  assert.equal(formatArn(arn), 'arn:aws:rds:local:123456789012:snapshot:rds:test0-2026');
  assert.deepEqual(parseArn(formatArn(arn)), arn);
  assert.equal(parseArn('test0'), undefined);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readResourceArn, resourceNameOf } from '../../../src/api/request/resource-name.ts';
import { formatArn, parseArn } from '../../../src/model/arn.ts';

const owner = { region: 'local', regions: ['local', 'eu-west-1'], accountId: '123456789012' };

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
  test(`${text} names ${expected ?? 'no instance of Cornac'}`, () => {
    assert.equal(resourceNameOf('db-instance', text, owner), expected);
  });
}

for (const [text, kind, name] of [
  ['arn:aws:rds:local:123456789012:db:Test0', 'db-instance', 'test0'],
  ['arn:aws:rds:local:123456789012:snapshot:rds:test0-2026-11-26', 'db-snapshot', 'rds:test0-2026-11-26'],
  ['arn:aws:rds:local:123456789012:pg:default.postgres15', 'db-parameter-group', 'default.postgres15'],
] as const) {
  test(`${text} names a ${kind}`, () => assert.deepEqual(readResourceArn(text, owner), { kind, name }));
}

for (const text of [
  'test0',
  'arn:aws:rds:us-east-1:123456789012:pg:default.postgres15',
  'arn:aws:rds:local:999999999999:pg:default.postgres15',
  'arn:aws:rds:local:123456789012:cluster:test0',
  'arn:aws:rds:local:123456789012:constructor:test0',
]) {
  test(`${text} is no ARN of a resource of Cornac`, () =>
    assert.equal(readResourceArn(text, owner), undefined));
}

test('a formatted ARN parses to the same parts', () => {
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

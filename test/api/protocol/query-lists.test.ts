import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateIntegration$, DescribeDBInstances$ } from '@aws-sdk/client-rds';
import { create, created, decode, refuses } from './decode-form.ts';

test('a list is read by the name of its items, and by `member`', () => {
  const Tags = [{ Key: 'a', Value: '1' }, { Key: 'b' }];
  assert.deepEqual(create('Tags.Tag.1.Key=a&Tags.Tag.1.Value=1&Tags.Tag.2.Key=b'), created({ Tags }));
  assert.deepEqual(
    create('Tags.member.1.Key=a&Tags.member.1.Value=1&Tags.member.2.Key=b'),
    created({ Tags }),
  );
});

test('list items are ordered by their numbers, in any order of sending and with any gaps', () => {
  const form = [10, 2, 999_999_999]
    .map((n) => `VpcSecurityGroupIds.VpcSecurityGroupId.${n}=sg-${n}`)
    .join('&');
  assert.deepEqual(create(form), created({ VpcSecurityGroupIds: ['sg-2', 'sg-10', 'sg-999999999'] }));
});

test('a list sent empty is empty, with or without the name of its items', () => {
  assert.deepEqual(decode(DescribeDBInstances$, 'Filters='), { Filters: [] });
  assert.deepEqual(decode(DescribeDBInstances$, 'Filters.Filter='), { Filters: [] });
  assert.deepEqual(decode(DescribeDBInstances$, 'Filters.Filter.1.Name=a&Filters.Filter.1.Values='), {
    Filters: [{ Name: 'a', Values: [] }],
  });
});

for (const [what, form] of [
  ['a list numbered from 0', 'Tags.Tag.0.Key=a'],
  ['a list number with a leading zero', 'Tags.Tag.01.Key=a'],
  ['a negative list number', 'Tags.Tag.-1.Key=a'],
  ['a list number beyond all lists', 'Tags.Tag.1000000000.Key=a'],
  ['a list item without a number', 'Tags.Tag.Key=a'],
  ['a flattened list', 'Tags.1.Key=a'],
  ['a list of two names', 'Tags.Tag.1.Key=a&Tags.member.2.Key=b'],
  ['a list with a value', 'Tags=a'],
  ['a list whose items have a value in common', 'Tags.Tag=a'],
  ['a structure in place of a string', 'DBName.x=a'],
  ['a structure besides a string', 'DBName=a&DBName.x=b'],
  ['a string in place of a structure', 'Tags.Tag.1=a'],
  ['a parameter given twice', 'DBName=a&DBName=b'],
  ['a parameter given twice with the same value', 'DBName=a&DBName=a'],
  ['a list item given twice', 'Tags.Tag.1.Key=a&Tags.Tag.1.Key=b'],
] as const) {
  test(`${what} is malformed`, () => {
    refuses(() => create(form), 'MalformedInput', /DBName|Tags/);
  });
}

test('a map is read entry by entry, and __proto__ is a key like any other', () => {
  const form =
    'SourceArn=a&TargetArn=b&IntegrationName=c&AdditionalEncryptionContext.entry.1.key=__proto__' +
    '&AdditionalEncryptionContext.entry.1.value=x';
  const decoded = decode(CreateIntegration$, form) as { AdditionalEncryptionContext: object };
  assert.deepEqual(Object.entries(decoded.AdditionalEncryptionContext), [['__proto__', 'x']]);
  for (const half of ['key', 'value', 'other']) {
    refuses(
      () =>
        decode(
          CreateIntegration$,
          `SourceArn=a&TargetArn=b&IntegrationName=c&AdditionalEncryptionContext.entry.1.${half}=a`,
        ),
      'MalformedInput',
      /is not a key and a value/,
    );
  }
});

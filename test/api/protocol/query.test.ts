import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AddTagsToResource$,
  CreateDBCluster$,
  CreateDBInstance$,
  DescribeDBInstances$,
  DescribeEvents$,
} from '@aws-sdk/client-rds';
import { parseForm } from '../../../src/api/protocol/query.ts';
import { AwsError } from '../../../src/model/errors.ts';
import { create, created, decode, refuses } from './decode-form.ts';

test('a form is split at ampersands and the first equals sign', () => {
  assert.deepEqual(parseForm('a=b=c&&d&=e&f%26=g+%2B%C3%A9'), [
    ['a', 'b=c'],
    ['d', ''],
    ['', 'e'],
    ['f&', 'g +é'],
  ]);
  assert.deepEqual(parseForm(new Uint8Array()), []);
});

for (const [what, form] of [
  ['a lone percent sign', 'a=%'],
  ['half an escape', 'a=%4'],
  ['an escape that is not hexadecimal', '%zz=1'],
  ['an escaped byte that is not UTF-8', 'a=%ff'],
  ['a raw byte that is not UTF-8', Buffer.from([0x61, 0x3d, 0xff])],
] as const) {
  test(`${what} makes a malformed query string`, () => {
    refuses(() => parseForm(form), 'MalformedQueryString', /UTF-8/);
  });
}

test('numbers, booleans and timestamps get their types', () => {
  assert.deepEqual(create('AllocatedStorage=5&MultiAZ=true&PubliclyAccessible=False&Port=%2B5432&Iops=-1'), {
    ...created({ AllocatedStorage: 5, MultiAZ: true, PubliclyAccessible: false, Port: 5432, Iops: -1 }),
  });
});

test('the members of RDS that are no 32-bit integers accept wide integers and fractions', () => {
  const form = 'DBClusterIdentifier=a&Engine=b&BacktrackWindow=99999999999';
  assert.deepEqual(decode(CreateDBCluster$, `${form}&ServerlessV2ScalingConfiguration.MinCapacity=0.5`), {
    DBClusterIdentifier: 'a',
    Engine: 'b',
    BacktrackWindow: 99999999999,
    ServerlessV2ScalingConfiguration: { MinCapacity: 0.5 },
  });
  for (const wrong of [' ', '1,5', '0x10', 'NaN', 'Infinity', '1e999', '.']) {
    refuses(
      () => decode(CreateDBCluster$, `DBClusterIdentifier=a&Engine=b&BacktrackWindow=${wrong}`),
      'MalformedInput',
      /BacktrackWindow must be a number/,
    );
  }
});

for (const wrong of [
  'five',
  '5.5',
  '1e3',
  '0x5',
  ' 5',
  '2147483648',
  '-2147483649',
  '99999999999999',
  '5GB',
]) {
  test(`AllocatedStorage=${wrong} is not an integer`, () => {
    refuses(
      () => create(`AllocatedStorage=${wrong}`),
      'MalformedInput',
      /AllocatedStorage must be an integer/,
    );
  });
}

for (const wrong of ['yes', '1', 'truee', 'null']) {
  test(`MultiAZ=${wrong} is not a boolean`, () => {
    refuses(() => create(`MultiAZ=${wrong}`), 'MalformedInput', /MultiAZ must be true or false/);
  });
}

for (const [text, iso] of [
  ['2026-11-23T04:55:05Z', '2026-11-23T04:55:05.000Z'],
  ['2026-11-23T04:55Z', '2026-11-23T04:55:00.000Z'],
  ['2026-11-23T04:55:05', '2026-11-23T04:55:05.000Z'],
  ['2026-11-23T04:55:05.123456789%2B02:00', '2026-11-23T02:55:05.123Z'],
  ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ['0001-01-01', '0001-01-01T00:00:00.000Z'],
  ['0001-01-01T14:00%2B14:00', '0001-01-01T00:00:00.000Z'],
  ['9999-12-31T23:59:59.999999999Z', '9999-12-31T23:59:59.999Z'],
]) {
  test(`the timestamp ${text} is ${iso}`, () => {
    assert.deepEqual(decode(DescribeEvents$, `StartTime=${text}`), { StartTime: new Date(iso ?? '') });
  });
}

for (const wrong of [
  'yesterday',
  '1764000000',
  '2026-02-30T00:00:00Z',
  '2026-13-01',
  '2026-11-23T25:00Z',
  '2026-11-23 04:55',
  // Outside the years 1 to 9999, some only after the zone is applied.
  '0000-01-01',
  '0000-12-31T23:59:59.999999999',
  '0001-01-01T00:00%2B14:00',
  '0001-01-01T13:59:59%2B14:00',
  '9999-12-31T23:59-00:01',
]) {
  test(`${wrong} is not a timestamp`, () => {
    refuses(
      () => decode(DescribeEvents$, `StartTime=${wrong}`),
      'MalformedInput',
      /timestamp must follow ISO8601/,
    );
  });
}

test('errors do not quote values, because a value may be a misplaced password', () => {
  for (const form of [
    'AllocatedStorage=s3cret',
    'MultiAZ=s3cret',
    'Tags=s3cret',
    'DBName=s3cret%00',
    'Tags.s3=1',
  ]) {
    assert.throws(
      () => create(form),
      (error) => error instanceof AwsError && !error.message.includes('s3cret'),
    );
  }
});

test('parameters that the action does not know are ignored, once or twice, flat or deep', () => {
  const form = `Future=1&Future=2&__proto__.x=1&constructor=1&${'a.'.repeat(100_000)}b=1`;
  assert.deepEqual(create(form), created({}));
  assert.deepEqual(create(`Tags.Tag.1.Key=a&Tags.Tag.1.Colour=red&Tags${'.x'.repeat(20)}=1`), {
    ...created({ Tags: [{ Key: 'a' }] }),
  });
});

test('scalars sent empty are absent', () => {
  assert.deepEqual(create('DBName=&AllocatedStorage=&MultiAZ=&Tags.Tag.1='), created({ Tags: [{}] }));
  assert.deepEqual(decode(DescribeEvents$, 'StartTime='), {});
});

test('an empty string below the top level is a value', () => {
  assert.deepEqual(
    create('Tags.Tag.1.Key=a&Tags.Tag.1.Value='),
    created({ Tags: [{ Key: 'a', Value: '' }] }),
  );
});

test('a required member that is missing or blank is refused', () => {
  refuses(
    () => decode(CreateDBInstance$, 'DBInstanceIdentifier=a&Engine=b'),
    'MissingParameter',
    /^The request must contain the parameter DBInstanceClass$/,
  );
  refuses(
    () => decode(CreateDBInstance$, 'DBInstanceIdentifier=&DBInstanceClass=b&Engine=c'),
    'InvalidParameterValue',
    /^The parameter DBInstanceIdentifier must be provided and must not be blank\.$/,
  );
  refuses(
    () => decode(DescribeDBInstances$, 'Filters.Filter.3.Values.Value.1=a'),
    'MissingParameter',
    /Filters\.Filter\.3\.Name$/,
  );
  assert.deepEqual(decode(AddTagsToResource$, 'ResourceName=a&Tags='), { ResourceName: 'a', Tags: [] });
});

for (const character of ['%00', '%01', '%1F', '%EF%BF%BE', '%EF%BF%BF']) {
  test(`${character} is refused in a string, because neither XML nor PostgreSQL can hold it`, () => {
    refuses(() => create(`DBName=a${character}`), 'InvalidParameterValue', /DBName contains characters/);
  });
}

test('tab, newlines and everything printable are accepted in a string', () => {
  const text = '\t\n\r !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~é\u{1f418}';
  assert.deepEqual(create(`DBName=${encodeURIComponent(text)}`), created({ DBName: text }));
});

for (const unit of [
  'Tags.Tag.N.Key=a&',
  'a=b&',
  'Tags.Tag.1.a.b.c.d.e.f.gN=&',
  '&',
  'Tags.a.b.N=&',
  'Tags.N.',
]) {
  test(`the cost of a body full of ${unit} is linear in its length`, () => {
    const cpuMs = (bytes: number) => {
      const times = Math.floor(bytes / (unit.length + 4));
      const body = Array.from({ length: times }, (_, n) => unit.replace('N', String(n + 1))).join('');
      const started = process.cpuUsage();
      try {
        create(body);
      } catch (error) {
        assert.ok(error instanceof AwsError);
      }
      return process.cpuUsage(started).user / 1000;
    };
    const quarter = cpuMs(64 * 1024);
    const whole = cpuMs(256 * 1024);
    // Quadratic cost would take 16 times as long. The first 50 ms are noise.
    assert.ok(whole < 8 * quarter + 50, `${whole} ms against ${quarter} ms for a quarter`);
  });
}

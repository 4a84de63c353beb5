import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { DBInstanceMessage } from '@aws-sdk/client-rds';
import { createDBInstance } from '../../../../src/api/rds/db-instance/create.ts';
import { describeDBInstances } from '../../../../src/api/rds/db-instance/describe.ts';
import { startTestApi, WALK_THROUGH } from '../../../support/api/api.ts';

const api = await startTestApi();
after(() => api.close());

const NAMES = Array.from({ length: 45 }, (_, index) => `test-${index}${index % 3 ? '' : '-x'}`);
for (const DBInstanceIdentifier of NAMES) {
  await api.call(createDBInstance, { ...WALK_THROUGH, DBInstanceIdentifier });
}

function describe(input: object) {
  return api.call<DBInstanceMessage>(describeDBInstances, input);
}
async function names(input: object) {
  return ((await describe(input)).DBInstances ?? []).map((instance) => instance.DBInstanceIdentifier);
}
function filter(Name: string, ...Values: string[]) {
  return { Name, Values };
}
function arn(name: string) {
  return `arn:aws:rds:local:123456789012:db:${name}`;
}

test('a request without members lists all instances', async () => {
  assert.deepEqual(new Set(await names({})), new Set(NAMES));
});

test('pages lead through all instances, each once', async () => {
  const seen: (string | undefined)[] = [];
  const sizes: number[] = [];
  let Marker: string | undefined;
  do {
    const answer = await describe({ MaxRecords: 20, ...(Marker && { Marker }) });
    seen.push(...(answer.DBInstances ?? []).map((instance) => instance.DBInstanceIdentifier));
    sizes.push(answer.DBInstances?.length ?? 0);
    Marker = answer.Marker;
  } while (Marker);
  assert.deepEqual(sizes, [20, 20, 5]);
  assert.deepEqual(seen.toSorted(), NAMES.toSorted());
});

for (const name of ['test-1', 'TEST-1', arn('test-1'), arn('Test-1')]) {
  test(`an instance is found as ${name}`, async () => {
    assert.deepEqual(await names({ DBInstanceIdentifier: name }), ['test-1']);
  });
}

for (const name of [
  'test-999',
  arn('test-999'),
  'arn:aws:rds:us-east-1:123456789012:db:test-1',
  'not_a_name',
]) {
  test(`a missing instance is an error: ${name}`, async () => {
    await assert.rejects(describe({ DBInstanceIdentifier: name }), {
      code: 'DBInstanceNotFound',
      status: 404,
      message: `DBInstance ${name} not found.`,
    });
  });
}

for (const [what, filters, expected] of [
  ['identifiers', [filter('db-instance-id', 'TEST-1', 'test-2', 'none')], ['test-1', 'test-2']],
  ['an ARN', [filter('db-instance-id', arn('test-1'))], ['test-1']],
  ['an ARN of somebody else', [filter('db-instance-id', 'arn:aws:rds:local:1:db:test-1')], []],
  [
    'two filters',
    [filter('db-instance-id', 'test-1', 'test-2'), filter('engine', 'postgres')],
    ['test-1', 'test-2'],
  ],
  ['another engine', [filter('engine', 'mysql')], []],
  ['a cluster', [filter('db-cluster-id', 'c')], []],
  ['a domain', [filter('domain', 'd-1')], []],
  ['an unknown resource', [filter('dbi-resource-id', 'db-NONE')], []],
] as const) {
  test(`a filter by ${what} finds ${expected.length}`, async () => {
    assert.deepEqual(await names({ Filters: filters }), expected);
  });
}

test('Terraform finds an instance by its DbiResourceId', async () => {
  const instance = await api.inventory.instances.find({ identifier: 'test-7' });
  const { DBInstances } = await describe({
    Filters: [filter('dbi-resource-id', instance?.dbiResourceId ?? '')],
  });
  assert.deepEqual(
    DBInstances?.map((each) => each.DBInstanceIdentifier),
    ['test-7'],
  );
});

test('an identifier and a filter narrow each other', async () => {
  const one = { DBInstanceIdentifier: 'test-1' };
  assert.deepEqual(await names({ ...one, Filters: [filter('db-instance-id', 'test-1')] }), ['test-1']);
  assert.deepEqual(await names({ ...one, Filters: [filter('db-instance-id', 'test-2')] }), []);
  assert.deepEqual(await names({ ...one, Filters: [filter('dbi-resource-id', 'db-NONE')] }), []);
  assert.deepEqual(await names({ ...one, Filters: [filter('engine', 'mysql')] }), []);
});

for (const input of [
  { MaxRecords: 19 },
  { MaxRecords: 101 },
  { Marker: 'x' },
  { Filters: [filter('x', 'y')] },
]) {
  test(`a description is refused: ${JSON.stringify(input)}`, async () => {
    await assert.rejects(describe(input), { code: 'InvalidParameterValue' });
  });
}

test('an endpoint and a creation time are shown once the instance has been available', async () => {
  const before = await describe({ DBInstanceIdentifier: 'test-10' });
  assert.equal(before.DBInstances?.[0]?.Endpoint, undefined);
  assert.equal(before.DBInstances?.[0]?.InstanceCreateTime, undefined);
  await api.finish('test-10');
  const [instance] = (await describe({ DBInstanceIdentifier: 'test-10' })).DBInstances ?? [];
  assert.deepEqual(instance?.Endpoint, { Address: '127.9.9.9', Port: 5432 });
  assert.ok(instance?.InstanceCreateTime instanceof Date);
  assert.equal(instance.DBInstanceStatus, 'available');
});

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { DBParameterGroupsMessage } from '@aws-sdk/client-rds';
import { createDBInstance } from '../../../../src/api/rds/db-instance/create.ts';
import { describeDBParameterGroups } from '../../../../src/api/rds/db-parameter-group/describe.ts';
import { startTestApi, WALK_THROUGH } from '../../../support/api/api.ts';

const api = await startTestApi(['15.18', '14.23', '15.4']);
after(() => api.close());

async function describe(input: object) {
  return api.call<DBParameterGroupsMessage>(describeDBParameterGroups, input);
}
async function names(input: object) {
  return (await describe(input)).DBParameterGroups?.map(({ DBParameterGroupName }) => DBParameterGroupName);
}

test('the default group of each offered major version is listed, from old to new', async () => {
  assert.deepEqual(await names({}), ['default.postgres14', 'default.postgres15']);
});

test('a group has its family, its description and an ARN of its kind', async () => {
  const { DBParameterGroups, Marker } = await describe({ DBParameterGroupName: 'default.postgres15' });
  assert.deepEqual(DBParameterGroups, [
    {
      DBParameterGroupName: 'default.postgres15',
      DBParameterGroupFamily: 'postgres15',
      Description: 'Default parameter group for postgres15',
      DBParameterGroupArn: 'arn:aws:rds:local:123456789012:pg:default.postgres15',
    },
  ]);
  assert.equal(Marker, undefined);
});

for (const DBParameterGroupName of [
  'Default.Postgres14',
  'arn:aws:rds:local:123456789012:pg:default.postgres14',
]) {
  test(`a group is found as ${DBParameterGroupName}`, async () => {
    assert.deepEqual(await names({ DBParameterGroupName }), ['default.postgres14']);
  });
}

for (const DBParameterGroupName of [
  'default.postgres16',
  'mine',
  'arn:aws:rds:local:123456789012:db:default.postgres14',
  'arn:aws:rds:us-east-1:123456789012:pg:default.postgres14',
]) {
  test(`${DBParameterGroupName} is not found, and the error contains this name`, async () => {
    await assert.rejects(describe({ DBParameterGroupName }), {
      code: 'DBParameterGroupNotFound',
      message: `DBParameterGroup not found: ${DBParameterGroupName}`,
    });
  });
}

for (const input of [
  { Filters: [{ Name: 'x', Values: [] }] },
  { MaxRecords: 19 },
  { MaxRecords: 101 },
  { Marker: 'x' },
]) {
  test(`refused: ${JSON.stringify(input)}`, async () => {
    await assert.rejects(describe(input), { code: 'InvalidParameterValue' });
  });
}

test('pages lead through all groups, each once', async () => {
  const majors = Array.from({ length: 45 }, (_, index) => `${index + 10}.1`);
  await api.inventory.engineVersions.replace(majors);
  const seen: (string | undefined)[] = [];
  const sizes: number[] = [];
  let Marker: string | undefined;
  do {
    const page = await describe({ MaxRecords: 20, ...(Marker && { Marker }) });
    seen.push(...(page.DBParameterGroups ?? []).map((group) => group.DBParameterGroupFamily));
    sizes.push(page.DBParameterGroups?.length ?? 0);
    Marker = page.Marker;
  } while (Marker);
  assert.deepEqual(sizes, [20, 20, 5]);
  assert.deepEqual(
    seen,
    majors.map((version) => `postgres${version.split('.')[0]}`),
  );
});

test('the groups of instances whose version is no longer on offer are listed and found', async () => {
  await api.inventory.engineVersions.replace(['15.18']);
  await api.call(createDBInstance, WALK_THROUGH);
  await api.inventory.engineVersions.replace(['16.2']);
  assert.deepEqual(await names({}), ['default.postgres15', 'default.postgres16']);
  assert.deepEqual(await names({ DBParameterGroupName: 'default.postgres15' }), ['default.postgres15']);
});

test('a page goes on behind a group that has gone meanwhile', async () => {
  const Marker = Buffer.from('after:default.postgres14').toString('base64url');
  assert.deepEqual(await names({ Marker }), ['default.postgres15', 'default.postgres16']);
});

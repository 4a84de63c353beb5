import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  DBMajorEngineVersion$,
  type DescribeDBMajorEngineVersionsResponse,
  SupportedEngineLifecycle$,
} from '@aws-sdk/client-rds';
import { describeDBMajorEngineVersions } from '../../../../src/api/rds/engine/describe-major-versions.ts';
import { startTestApi } from '../../../support/api/api.ts';

const api = await startTestApi(['15.18', '14.23', '15.4', '42.1']);
after(() => api.close());

async function listed(input: object = {}) {
  const answer = await api.call<DescribeDBMajorEngineVersionsResponse>(describeDBMajorEngineVersions, input);
  return answer.DBMajorEngineVersions ?? [];
}
async function majors(input: object) {
  return (await listed(input)).map(({ MajorEngineVersion }) => MajorEngineVersion);
}

for (const [input, expected] of [
  [{}, ['14', '15', '42']],
  [{ Engine: 'postgres' }, ['14', '15', '42']],
  [{ Engine: 'postgres', MajorEngineVersion: '15' }, ['15']],
  [{ MajorEngineVersion: '16' }, []],
  [{ Engine: 'mysql' }, []],
] as const) {
  test(`majors by ${JSON.stringify(input)}`, async () => assert.deepEqual(await majors(input), expected));
}

test('a major has every member, with the support of PostgreSQL', async () => {
  const [major] = await listed({ MajorEngineVersion: '15' });
  assert.deepEqual(major, {
    Engine: 'postgres',
    MajorEngineVersion: '15',
    SupportedEngineLifecycles: [
      {
        LifecycleSupportName: 'open-source-rds-standard-support',
        LifecycleSupportStartDate: new Date('2022-10-13'),
        LifecycleSupportEndDate: new Date('2027-11-11'),
      },
    ],
  });
  assert.deepEqual(Object.keys(major ?? {}).sort(), [...(DBMajorEngineVersion$[4] as string[])].sort());
  const [lifecycle] = major?.SupportedEngineLifecycles ?? [];
  assert.deepEqual(
    Object.keys(lifecycle ?? {}).sort(),
    [...(SupportedEngineLifecycle$[4] as string[])].sort(),
  );
});

test('a major that Cornac does not know has no lifecycle', async () => {
  assert.deepEqual((await listed({ MajorEngineVersion: '42' }))[0]?.SupportedEngineLifecycles, []);
});

for (const input of [{ Engine: 'postgresql' }, { MaxRecords: 19 }, { MaxRecords: 101 }, { Marker: 'x' }]) {
  test(`refused: ${JSON.stringify(input)}`, async () => {
    await assert.rejects(listed(input), { code: 'InvalidParameterValue' });
  });
}

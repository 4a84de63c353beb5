import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type {
  DBParameterGroupDetails,
  DescribeEngineDefaultParametersResult,
  Parameter,
} from '@aws-sdk/client-rds';
import { createDBParameterGroup } from '../../../../src/api/rds/db-parameter-group/create.ts';
import { describeEngineDefaultParameters } from '../../../../src/api/rds/db-parameter-group/describe-engine-defaults.ts';
import { describeDBParameters } from '../../../../src/api/rds/db-parameter-group/describe-parameters.ts';
import { modifyDBParameterGroup } from '../../../../src/api/rds/db-parameter-group/modify.ts';
import { resetDBParameterGroup } from '../../../../src/api/rds/db-parameter-group/reset.ts';
import { startTestApi } from '../../../support/api/api.ts';

const api = await startTestApi(['15.18']);
after(() => api.close());

const DBParameterGroupName = 'mine';
await api.call(createDBParameterGroup, {
  DBParameterGroupName,
  DBParameterGroupFamily: 'postgres15',
  Description: 'x',
});
await api.call(modifyDBParameterGroup, {
  DBParameterGroupName,
  Parameters: [
    {
      ParameterName: 'work_mem',
      ParameterValue: '{DBInstanceClassMemory/131072}',
      ApplyMethod: 'pending-reboot',
    },
    { ParameterName: 'autovacuum', ParameterValue: '0', ApplyMethod: 'immediate' },
    { ParameterName: 'jit', ParameterValue: '0', ApplyMethod: 'immediate' },
  ],
});
await api.call(resetDBParameterGroup, {
  DBParameterGroupName,
  Parameters: [{ ParameterName: 'jit', ApplyMethod: 'immediate' }],
});

async function describe(input: object = {}): Promise<DBParameterGroupDetails> {
  return api.call<DBParameterGroupDetails>(describeDBParameters, { DBParameterGroupName, ...input });
}

async function all(input: object = {}): Promise<Parameter[]> {
  const found: Parameter[] = [];
  let Marker: string | undefined;
  do {
    const page = await describe({ ...input, ...(Marker && { Marker }) });
    found.push(...(page.Parameters ?? []));
    Marker = page.Marker;
  } while (Marker);
  return found;
}

test('pages lead through more than 300 parameters, each once, ordered by name', async () => {
  const names = (await all()).map(({ ParameterName = '' }) => ParameterName);
  assert.ok(names.length > 300);
  assert.deepEqual(names, [...new Set(names)].sort());
});

test("a user's parameters have the source user, and value and method as sent last", async () => {
  const shown = (await all({ Source: 'user' })).map(({ ParameterName, ParameterValue, ApplyMethod }) => [
    ParameterName,
    ParameterValue,
    ApplyMethod,
  ]);
  assert.deepEqual(shown, [
    ['autovacuum', '0', 'immediate'],
    ['work_mem', '{DBInstanceClassMemory/131072}', 'pending-reboot'],
  ]);
});

test('a parameter is shown with all that is known of it', async () => {
  const Filters = [{ Name: 'parameter-name', Values: ['shared_buffers', 'log_statement', 'data_directory'] }];
  assert.deepEqual((await describe({ Filters })).Parameters, [
    {
      ParameterName: 'data_directory',
      ParameterValue: undefined,
      Description: "Sets the server's data directory.",
      Source: 'engine-default',
      ApplyType: 'static',
      DataType: 'string',
      AllowedValues: undefined,
      IsModifiable: false,
      MinimumEngineVersion: '15.0',
      ApplyMethod: 'pending-reboot',
    },
    {
      ParameterName: 'log_statement',
      ParameterValue: undefined,
      Description: 'Sets the type of statements logged.',
      Source: 'engine-default',
      ApplyType: 'dynamic',
      DataType: 'string',
      AllowedValues: 'none,ddl,mod,all',
      IsModifiable: true,
      MinimumEngineVersion: '15.0',
      ApplyMethod: 'pending-reboot',
    },
    {
      ParameterName: 'shared_buffers',
      ParameterValue: '{DBInstanceClassMemory/32768}',
      Description: '(8kB) Sets the number of shared memory buffers used by the server.',
      Source: 'system',
      ApplyType: 'static',
      DataType: 'integer',
      AllowedValues: '16-1073741823',
      IsModifiable: true,
      MinimumEngineVersion: '15.0',
      ApplyMethod: 'pending-reboot',
    },
  ]);
});

test('the sources partition the parameters', async () => {
  const [user, system, engine, every] = await Promise.all([
    all({ Source: 'user' }),
    all({ Source: 'system' }),
    all({ Source: 'engine-default' }),
    all(),
  ]);
  assert.equal(user.length + system.length + engine.length, every.length);
});

test('an unknown source, an unknown filter and an unknown group are refused', async () => {
  await assert.rejects(describe({ Source: 'mine' }), { code: 'InvalidParameterValue' });
  await assert.rejects(describe({ Filters: [{ Name: 'x', Values: ['y'] }] }), {
    code: 'InvalidParameterValue',
  });
  await assert.rejects(describe({ DBParameterGroupName: 'nothing' }), { code: 'DBParameterGroupNotFound' });
});

test('the default group of the version has no parameters of users', async () => {
  assert.deepEqual(await all({ DBParameterGroupName: 'default.postgres15', Source: 'user' }), []);
});

for (const family of ['postgres13', 'postgres18']) {
  test(`the engine defaults of ${family} are known, though the origin lacks the version`, async () => {
    const { EngineDefaults } = await api.call<DescribeEngineDefaultParametersResult>(
      describeEngineDefaultParameters,
      { DBParameterGroupFamily: family, MaxRecords: 20 },
    );
    assert.equal(EngineDefaults?.DBParameterGroupFamily, family);
    assert.equal(EngineDefaults?.Parameters?.length, 20);
    assert.ok(EngineDefaults?.Marker);
  });
}

test('a family that does not exist is refused', async () => {
  await assert.rejects(api.call(describeEngineDefaultParameters, { DBParameterGroupFamily: 'mysql8.0' }), {
    code: 'InvalidParameterValue',
  });
});

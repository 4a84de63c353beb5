import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { DBEngineVersionMessage, OrderableDBInstanceOptionsMessage } from '@aws-sdk/client-rds';
import { describeOrderableDBInstanceOptions } from '../../../src/api/rds/engine/describe-orderable-options.ts';
import { describeDBEngineVersions } from '../../../src/api/rds/engine/describe-versions.ts';
import { instanceClasses } from '../../../src/model/db-instance/instance-classes.ts';
import { startTestApi } from '../../support/api/api.ts';

const api = await startTestApi(['15.18', '14.23', '15.4']);
after(() => api.close());

async function versions(input: object) {
  return (await api.call<DBEngineVersionMessage>(describeDBEngineVersions, input)).DBEngineVersions?.map(
    ({ EngineVersion }) => EngineVersion,
  );
}
function filter(Name: string, ...Values: string[]) {
  return { Filters: [{ Name, Values }] };
}

for (const [input, expected] of [
  [{}, ['14.23', '15.4', '15.18']],
  [{ Engine: 'postgres' }, ['14.23', '15.4', '15.18']],
  [{ Engine: 'mysql' }, []],
  [{ EngineVersion: '15' }, ['15.4', '15.18']],
  [{ EngineVersion: '15.4' }, ['15.4']],
  [{ EngineVersion: '99' }, []],
  [{ DBParameterGroupFamily: 'postgres14' }, ['14.23']],
  [{ DefaultOnly: true }, ['15.18']],
  [{ DefaultOnly: true, EngineVersion: '14' }, ['14.23']],
  [{ DefaultOnly: true, EngineVersion: '99' }, []],
  [filter('engine', 'postgres'), ['14.23', '15.4', '15.18']],
  [filter('engine', 'mysql'), []],
  [filter('engine-version', '15.4', '14.23'), ['14.23', '15.4']],
  [filter('db-parameter-group-family', 'postgres15'), ['15.4', '15.18']],
  [filter('status', 'deprecated'), []],
  [filter('engine-mode', 'serverless'), []],
] as const) {
  test(`versions by ${JSON.stringify(input)}`, async () => assert.deepEqual(await versions(input), expected));
}

test('a version has the members that clients read', async () => {
  const { DBEngineVersions } = await api.call<DBEngineVersionMessage>(describeDBEngineVersions, {
    EngineVersion: '15.18',
  });
  const [version] = DBEngineVersions ?? [];
  assert.equal(version?.Engine, 'postgres');
  assert.equal(version.MajorEngineVersion, '15');
  assert.equal(version.DBParameterGroupFamily, 'postgres15');
  assert.equal(version.Status, 'available');
  assert.deepEqual(version.ValidUpgradeTarget, []);
});

test('a filter of versions with an unknown name is refused', async () => {
  await assert.rejects(versions(filter('colour', 'blue')), { code: 'InvalidParameterValue' });
});

function options(input: object) {
  return api.call<OrderableDBInstanceOptionsMessage>(describeOrderableDBInstanceOptions, {
    Engine: 'postgres',
    ...input,
  });
}

test('a class with a version is offered with every type of storage', async () => {
  const { OrderableDBInstanceOptions: found = [], Marker } = await options({
    DBInstanceClass: 'db.t2.micro',
    EngineVersion: '15.18',
  });
  assert.equal(Marker, undefined);
  assert.deepEqual(
    found.map(({ StorageType }) => StorageType),
    ['gp2', 'gp3', 'io1', 'io2', 'standard'],
  );
  for (const option of found) {
    assert.deepEqual(
      [option.DBInstanceClass, option.EngineVersion, option.Vpc, option.MultiAZCapable],
      ['db.t2.micro', '15.18', true, false],
    );
    assert.equal(option.MinStorageSize, 5);
    assert.equal(option.MaxStorageSize, option.StorageType === 'standard' ? 3072 : 65536);
    assert.equal(option.SupportsIops, ['gp3', 'io1', 'io2'].includes(option.StorageType ?? ''));
    assert.deepEqual(option.AvailabilityZones, [{ Name: 'locala' }]);
  }
});

test('pages lead through all orderable options, each once', async () => {
  const seen = new Set<string>();
  let Marker: string | undefined;
  let pages = 0;
  do {
    const page = await options({ MaxRecords: 1000, EngineVersion: '15', ...(Marker && { Marker }) });
    for (const { EngineVersion, DBInstanceClass, StorageType } of page.OrderableDBInstanceOptions ?? []) {
      seen.add(`${EngineVersion} ${DBInstanceClass} ${StorageType}`);
    }
    Marker = page.Marker;
    pages += 1;
  } while (Marker);
  assert.equal(seen.size, 2 * 5 * instanceClasses.length);
  assert.equal(pages, Math.ceil(seen.size / 1000));
});

for (const input of [
  { Engine: 'mysql' },
  { Engine: 'mysql', EngineVersion: '8.0' },
  { LicenseModel: 'bring-your-own-license' },
  { Vpc: false },
  { AvailabilityZoneGroup: 'eu-west-1-lon-1' },
]) {
  test(`no option matches ${JSON.stringify(input)}`, async () => {
    assert.deepEqual((await options(input)).OrderableDBInstanceOptions, []);
  });
}

for (const [input, code, words] of [
  [{ EngineVersion: '13.7' }, 'InvalidParameterCombination', /^Cannot find version 13\.7 for postgres$/],
  [{ EngineVersion: '99' }, 'InvalidParameterCombination', /^Cannot find version 99 for postgres$/],
  [{ DBInstanceClass: 'db.none' }, 'InvalidParameterValue', /^Invalid DB Instance class: db\.none$/],
  [{ Engine: 'oracle' }, 'InvalidParameterValue', /^Invalid DB engine: oracle$/],
  [filter('engine', 'postgres'), 'InvalidParameterValue', /Unrecognized filter name: engine/],
  [{ EngineVersion: '99', DBInstanceClass: 'db.none' }, 'InvalidParameterCombination', /2 reasons/],
] as const) {
  test(`a wrong question about options is refused: ${JSON.stringify(input)}`, async () => {
    await assert.rejects(options(input), { code, message: words });
  });
}

for (const [input, code, words] of [
  [{ Engine: 'postgresql' }, 'InvalidParameterValue', /^Invalid DB engine: postgresql$/],
  [filter('engine'), 'InvalidParameterCombination', /^The list of Engine Names must not be empty\.$/],
  [
    { IncludeAll: true, DefaultOnly: true },
    'InvalidParameterCombination',
    /^Cannot specify both IncludeAll and/,
  ],
] as const) {
  test(`a wrong question about versions is refused: ${JSON.stringify(input)}`, async () => {
    await assert.rejects(versions(input), { code, message: words });
  });
}

test('every option has a licence and a VPC', async () => {
  const { OrderableDBInstanceOptions: found = [] } = await options({
    LicenseModel: 'postgresql-license',
    Vpc: true,
  });
  assert.equal(found.length, 100);
});

for (const input of [filter('x', 'y'), { MaxRecords: 1001 }, { MaxRecords: 19 }]) {
  test(`a request for options is refused: ${JSON.stringify(input)}`, async () => {
    await assert.rejects(options(input), { code: 'InvalidParameterValue' });
  });
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DBEngineVersion$, OrderableDBInstanceOption$ } from '@aws-sdk/client-rds';
import { toOrderableOption } from '../../../../src/api/rds/engine/orderable-option-view.ts';
import { toDBEngineVersion } from '../../../../src/api/rds/engine/version-view.ts';
import { ownerIn } from '../../../support/api/api.ts';

/** The members of the schema that the answer lacks. */
function missingIn(value: object, schema: { readonly [index: number]: unknown }): string[] {
  const present = new Map(Object.entries(value));
  return (schema[4] as readonly string[]).filter((name) => present.get(name) === undefined).sort();
}
function optionOf(storageType: string) {
  const option = { engineVersion: '15.18', dbInstanceClass: 'db.t2.micro', storageType };
  return toOrderableOption(option, ownerIn('local'));
}

const CUSTOM = 'RDS Custom';
/** The members of a version that RDS leaves out for PostgreSQL, with what a version that has them is. */
const ABSENT_OF_VERSION: Readonly<Record<string, string>> = {
  CreateTime: CUSTOM,
  CustomDBEngineVersionManifest: CUSTOM,
  DBEngineMediaType: CUSTOM,
  DBEngineVersionArn: CUSTOM,
  DatabaseInstallationFiles: CUSTOM,
  DatabaseInstallationFilesS3BucketName: CUSTOM,
  DatabaseInstallationFilesS3Prefix: CUSTOM,
  FailureReason: CUSTOM,
  Image: CUSTOM,
  KMSKeyId: CUSTOM,
  TagList: CUSTOM,
  DefaultCharacterSet: 'Oracle',
  SupportedCharacterSets: 'Oracle',
  SupportedNcharCharacterSets: 'Oracle',
  SupportedTimezones: 'SQL Server',
  ServerlessV2FeaturesSupport: 'Aurora',
};

test('a version has every member except those that RDS leaves out', () => {
  assert.deepEqual(
    missingIn(toDBEngineVersion('15.18'), DBEngineVersion$),
    Object.keys(ABSENT_OF_VERSION).sort(),
  );
});

const ELSEWHERE = ['AvailabilityZoneGroup', 'AvailableAdditionalStorageVolumesOptions'];
const IOPS = ['MaxIopsPerDbInstance', 'MinIopsPerDbInstance'];
const IOPS_RATIO = ['MaxIopsPerGib', 'MinIopsPerGib'];
const THROUGHPUT = ['Max', 'Min'].flatMap((bound) => [
  `${bound}StorageThroughputPerDbInstance`,
  `${bound}StorageThroughputPerIops`,
]);

for (const [storageType, absent] of [
  ['gp2', [...IOPS, ...IOPS_RATIO, ...THROUGHPUT]],
  ['standard', [...IOPS, ...IOPS_RATIO, ...THROUGHPUT]],
  ['gp3', IOPS_RATIO],
  ['io1', THROUGHPUT],
  ['io2', THROUGHPUT],
] as const) {
  test(`an option with ${storageType} has every member that RDS has for this type`, () => {
    assert.deepEqual(
      missingIn(optionOf(storageType), OrderableDBInstanceOption$),
      [...ELSEWHERE, ...absent].sort(),
    );
  });
}

test('the bounds of an option are those that a create checks', () => {
  const gp3 = optionOf('gp3');
  assert.deepEqual([gp3.MinIopsPerDbInstance, gp3.MaxIopsPerDbInstance], [12000, 64000]);
  assert.deepEqual([gp3.MinStorageThroughputPerDbInstance, gp3.MaxStorageThroughputPerIops], [500, 0.25]);
  const io1 = optionOf('io1');
  assert.deepEqual([io1.MinIopsPerGib, io1.MaxIopsPerGib, io1.MinIopsPerDbInstance], [0.5, 50, 1000]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type AttributesRequest,
  defaultAttributes,
  readAttributes,
} from '../../../src/model/db-instance/attributes.ts';
import {
  parseBackupWindow,
  parseMaintenanceWindow,
  windowsOverlap,
} from '../../../src/model/db-instance/window.ts';

function create(request: AttributesRequest, random = () => 0) {
  return readAttributes(request, defaultAttributes(request, random));
}
const base = create({});

test('a request without attributes gets the defaults', () => {
  assert.deepEqual(base, {
    preferredMaintenanceWindow: 'mon:01:00-mon:01:30',
    settings: {
      storageType: 'gp3',
      autoMinorVersionUpgrade: true,
      copyTagsToSnapshot: false,
      publiclyAccessible: false,
      preferredBackupWindow: '00:00-00:30',
      vpcSecurityGroupIds: [],
    },
  });
});

test('requested attributes are kept', () => {
  const request = {
    StorageType: 'io2',
    Iops: 3000,
    AutoMinorVersionUpgrade: false,
    CopyTagsToSnapshot: true,
    PubliclyAccessible: true,
    PreferredMaintenanceWindow: 'Sun:23:30-Mon:00:30',
    PreferredBackupWindow: '04:00-05:00',
    AvailabilityZone: 'locala',
    DBSubnetGroupName: 'default',
    VpcSecurityGroupIds: ['sg-1', 'sg-2'],
  };
  assert.deepEqual(create(request), {
    preferredMaintenanceWindow: 'sun:23:30-mon:00:30',
    settings: {
      storageType: 'io2',
      iops: 3000,
      autoMinorVersionUpgrade: false,
      copyTagsToSnapshot: true,
      publiclyAccessible: true,
      preferredBackupWindow: '04:00-05:00',
      availabilityZone: 'locala',
      dbSubnetGroupName: 'default',
      vpcSecurityGroupIds: ['sg-1', 'sg-2'],
    },
  });
});

test('IOPS without a storage type select io1, as in RDS', () => {
  assert.equal(create({ Iops: 1000 }).settings.storageType, 'io1');
});

test('zeros, which Terraform sends for unset members, count as absent', () => {
  const { settings } = create({ Iops: 0, StorageThroughput: 0 });
  assert.equal('iops' in settings || 'storageThroughput' in settings, false);
});

test('a change leaves all other attributes unchanged', () => {
  const before = create({
    StorageType: 'gp3',
    Iops: 12000,
    StorageThroughput: 500,
    PubliclyAccessible: true,
  });
  assert.deepEqual(readAttributes({ CopyTagsToSnapshot: true }, before), {
    ...before,
    settings: { ...before.settings, copyTagsToSnapshot: true },
  });
  assert.deepEqual(readAttributes({ PreferredMaintenanceWindow: 'Tue:01:00-Tue:02:00' }, before), {
    ...before,
    preferredMaintenanceWindow: 'tue:01:00-tue:02:00',
  });
});

test('another storage type does not take over the IOPS and throughput of the old type', () => {
  const before = create({ StorageType: 'gp3', Iops: 12000, StorageThroughput: 500 });
  const { storageType, iops, storageThroughput } = readAttributes({ StorageType: 'gp2' }, before).settings;
  assert.deepEqual([storageType, iops, storageThroughput], ['gp2', undefined, undefined]);
});

for (const [request, code] of [
  [{ PreferredMaintenanceWindow: 'mon:01:00-mon:01:29' }, 'InvalidParameterValue'],
  [{ PreferredMaintenanceWindow: '01:00-02:00' }, 'InvalidParameterValue'],
  [{ PreferredBackupWindow: '1:00-2:00' }, 'InvalidParameterValue'],
  [
    { PreferredBackupWindow: '01:15-02:00', PreferredMaintenanceWindow: 'mon:01:00-mon:01:30' },
    'InvalidParameterCombination',
  ],
  [{ DBSubnetGroupName: 'mine' }, 'DBSubnetGroupNotFoundFault'],
] as const) {
  test(`${JSON.stringify(request)} is refused: ${code}`, () => {
    assert.throws(() => create(request), { code });
    assert.throws(() => readAttributes(request, base), { code });
  });
}

test('a default window never overlaps with a requested window', () => {
  const times = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'));
  for (const random of [() => 0, () => 0.5, () => 0.999]) {
    for (const hour of times) {
      for (const request of [
        { PreferredBackupWindow: `${hour}:00-${hour}:45` },
        { PreferredMaintenanceWindow: `mon:${hour}:00-mon:${hour}:45` },
      ]) {
        const { preferredMaintenanceWindow, settings } = create(request, random);
        const [daily, weekly] = [
          parseBackupWindow(settings.preferredBackupWindow),
          parseMaintenanceWindow(preferredMaintenanceWindow),
        ];
        assert.ok(daily && weekly && !windowsOverlap(weekly, daily));
      }
    }
  }
});

test('a maintenance window of a whole day leaves no time for a backup', () => {
  assert.throws(() => create({ PreferredMaintenanceWindow: 'mon:00:00-tue:00:00' }), {
    code: 'InvalidParameterCombination',
  });
});

for (const ids of [
  ['$(id)'],
  ['sg-1', 'sg-'],
  ["sg-1'"],
  ['sg-1\n'],
  Array.from({ length: 17 }, (_, n) => `sg-${n}`),
]) {
  test(`security groups are refused: ${JSON.stringify(ids).slice(0, 30)}`, () => {
    const base = defaultAttributes({});
    assert.throws(() => readAttributes({ VpcSecurityGroupIds: ids }, base), {
      code: 'InvalidParameterValue',
    });
  });
}

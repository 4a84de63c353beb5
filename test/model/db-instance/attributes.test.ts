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
    backupRetentionPeriod: 0,
    preferredMaintenanceWindow: 'mon:01:00-mon:01:30',
    settings: {
      storageType: 'gp3',
      autoMinorVersionUpgrade: true,
      copyTagsToSnapshot: false,
      engineLifecycleSupport: 'open-source-rds-extended-support',
      publiclyAccessible: false,
      preferredBackupWindow: '00:00-00:30',
      vpcSecurityGroupIds: [],
    },
  });
});

test('requested attributes are kept', () => {
  const request = {
    BackupRetentionPeriod: 7,
    EngineLifecycleSupport: 'open-source-rds-extended-support-disabled',
    AutoMinorVersionUpgrade: false,
    CopyTagsToSnapshot: true,
    PubliclyAccessible: true,
    PreferredMaintenanceWindow: 'Sun:23:30-Mon:00:30',
    PreferredBackupWindow: '04:00-05:00',
    AvailabilityZone: 'locala',
    VpcSecurityGroupIds: ['sg-1', 'sg-2'],
  };
  assert.deepEqual(create(request), {
    backupRetentionPeriod: 7,
    preferredMaintenanceWindow: 'sun:23:30-mon:00:30',
    settings: {
      storageType: 'gp3',
      engineLifecycleSupport: 'open-source-rds-extended-support-disabled',
      autoMinorVersionUpgrade: false,
      copyTagsToSnapshot: true,
      publiclyAccessible: true,
      preferredBackupWindow: '04:00-05:00',
      availabilityZone: 'locala',
      vpcSecurityGroupIds: ['sg-1', 'sg-2'],
    },
  });
});

test('a change leaves all other attributes unchanged', () => {
  const plain = create({ PubliclyAccessible: true });
  const before = { ...plain, settings: { ...plain.settings, iops: 12000, storageThroughput: 500 } };
  assert.deepEqual(readAttributes({ CopyTagsToSnapshot: true }, before), {
    ...before,
    settings: { ...before.settings, copyTagsToSnapshot: true },
  });
  assert.deepEqual(readAttributes({ PreferredMaintenanceWindow: 'Tue:01:00-Tue:02:00' }, before), {
    ...before,
    preferredMaintenanceWindow: 'tue:01:00-tue:02:00',
  });
});

for (const [request, code] of [
  [{ PreferredMaintenanceWindow: 'mon:01:00-mon:01:29' }, 'InvalidParameterValue'],
  [{ PreferredMaintenanceWindow: '01:00-02:00' }, 'InvalidParameterValue'],
  [{ PreferredBackupWindow: '1:00-2:00' }, 'InvalidParameterValue'],
  [
    { PreferredBackupWindow: '01:15-02:00', PreferredMaintenanceWindow: 'mon:01:00-mon:01:30' },
    'InvalidParameterValue',
  ],
  [{ EngineLifecycleSupport: 'x' }, 'InvalidParameterValue'],
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
    code: 'InvalidParameterValue',
    message: 'Maintenance window must be less than 24 hours.',
  });
});

test('windows that overlap are refused in the words of RDS', () => {
  const PreferredBackupWindow = '01:15-02:00';
  const refusal = {
    code: 'InvalidParameterValue',
    message: 'The backup window and maintenance window must not overlap.',
  };
  assert.throws(
    () => create({ PreferredBackupWindow, PreferredMaintenanceWindow: 'mon:01:00-mon:01:30' }),
    refusal,
  );
  assert.throws(
    () =>
      readAttributes(
        { PreferredBackupWindow },
        { ...base, preferredMaintenanceWindow: 'tue:01:50-tue:02:20' },
      ),
    refusal,
  );
});

test('every wrong attribute is refused at once', () => {
  const request = {
    PreferredMaintenanceWindow: 'mon:01:00-mon:01:29',
    PreferredBackupWindow: 'noon',
    VpcSecurityGroupIds: ['sg-', 'x'],
    EngineLifecycleSupport: 'x',
  };
  assert.throws(
    () => create(request),
    ({ message }: Error) =>
      [
        '5 reasons',
        'at least 30 minutes',
        'noon',
        'groupId= sg-,',
        'groupId= x,',
        'EngineLifecycleSupport',
      ].every((text) => message.includes(text)),
  );
});

test('a window of a day, which an earlier version took, holds up no other change', () => {
  const before = { ...base, preferredMaintenanceWindow: 'mon:00:00-tue:00:00' };
  assert.equal(readAttributes({ CopyTagsToSnapshot: true }, before).settings.copyTagsToSnapshot, true);
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

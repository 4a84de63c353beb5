import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createDBInstance } from '../../../../src/api/rds/db-instance/create.ts';
import { modifyDBInstance } from '../../../../src/api/rds/db-instance/modify.ts';
import { startTestApi, WALK_THROUGH } from '../../../support/api/api.ts';

const api = await startTestApi();
after(() => api.close());

await api.call(createDBInstance, WALK_THROUGH);
await api.finish('test0');

interface Refusal extends Error {
  readonly code?: string;
}

function has(code: string, reasons: readonly string[]) {
  return (error: Refusal) => {
    assert.equal(error.code, code);
    const missing = reasons.filter((reason) => !error.message.includes(reason));
    assert.deepEqual(missing, [], error.message);
    assert.ok(error.message.startsWith(`The request is refused for ${reasons.length} reasons: (1) `));
    return true;
  };
}

// The usual arguments of the public module terraform-aws-modules/rds.
const MODULE = {
  EnableCloudwatchLogsExports: ['postgresql', 'upgrade'],
  EnableIAMDatabaseAuthentication: true,
  EnablePerformanceInsights: true,
  ManageMasterUserPassword: true,
  MonitoringInterval: 60,
  MonitoringRoleArn: 'arn:aws:iam::123456789012:role/rds',
  MultiAZ: true,
  PerformanceInsightsRetentionPeriod: 7,
  StorageEncrypted: true,
};

test('the arguments of the public Terraform module: one answer refuses each of them by name', async () => {
  const reasons = Object.keys(MODULE).map((name) => `The parameter ${name} asks for`);
  await assert.rejects(
    api.call(createDBInstance, { ...WALK_THROUGH, DBInstanceIdentifier: 'public', ...MODULE }),
    has('InvalidParameterValue', reasons),
  );
});

test('a create with a fault of every kind gets them all, with the code of the first', async () => {
  await assert.rejects(
    api.call(createDBInstance, {
      DBInstanceIdentifier: 'a--b',
      Engine: 'mysql',
      EngineVersion: '99',
      DBInstanceClass: 'db.none',
      LicenseModel: 'mine',
      AvailabilityZone: 'mars-1a',
      MasterUsername: 'rdsadmin',
      MasterUserPassword: 'short',
      DBName: '1st',
      Port: 80,
      AllocatedStorage: 20,
      StorageType: 'gp3',
      Iops: 3000,
      MaxAllocatedStorage: 1000,
      CACertificateIdentifier: 'rds-ca-2019',
      PreferredBackupWindow: 'noon',
      PreferredMaintenanceWindow: 'mon:01:00-mon:01:10',
      VpcSecurityGroupIds: ['x'],
      DBSubnetGroupName: 'mine',
      EngineLifecycleSupport: 'x',
      Tags: [{ Key: 'aws:x', Value: '' }],
      MultiAZ: true,
    }),
    has('InvalidParameterValue', [
      'DBInstanceIdentifier is not a valid identifier',
      'Invalid DB engine: mysql',
      'Cannot find version 99 for postgres',
      'Invalid DB Instance class: db.none',
      "Invalid license model 'mine'",
      'Invalid availability zone: mars-1a',
      'MasterUsername rdsadmin cannot be used',
      'MasterUserPassword is not a valid password',
      'DBName must begin with a letter',
      'Invalid port 80',
      "You can't specify IOPS or storage throughput",
      'MaxAllocatedStorage asks for',
      'Certificate not found: rds-ca-2019',
      'The maintenance window must be at least 30 minutes.',
      'Invalid backup window format: noon',
      'Invalid security group, groupId= x',
      'Invalid value x for EngineLifecycleSupport',
      "DB subnet group 'mine' does not exist.",
      'The tag key aws:x is invalid',
      'MultiAZ asks for',
    ]),
  );
});

test('a modification gets all refusals at once, and changes nothing', async () => {
  await assert.rejects(
    api.call(modifyDBInstance, {
      DBInstanceIdentifier: 'test0',
      DBInstanceClass: 'db.none',
      Engine: 'mysql',
      EngineVersion: '15.4',
      NewDBInstanceIdentifier: 'other',
      DBPortNumber: 6000,
      DBParameterGroupName: 'mine',
      OptionGroupName: 'mine',
      CACertificateIdentifier: 'rds-ca-2019',
      MasterUserPassword: 'short',
      StorageType: 'io1',
      MaxAllocatedStorage: 1000,
      PreferredBackupWindow: 'noon',
      MultiAZ: true,
      DeletionProtection: true,
    }),
    has('InvalidParameterValue', [
      'Invalid DB engine: mysql',
      'Invalid DB Instance class: db.none',
      'Certificate not found: rds-ca-2019',
      'MasterUserPassword is not a valid password',
      'EngineVersion asks for',
      'NewDBInstanceIdentifier asks for',
      'DBPortNumber asks for',
      'DBParameterGroup not found: mine',
      'OptionGroupName: mine not found',
      'The storage type io1 requires iops',
      'MaxAllocatedStorage asks for',
      'Invalid backup window format: noon',
      'MultiAZ asks for',
    ]),
  );
  const instance = await api.inventory.instances.find({ identifier: 'test0' });
  assert.deepEqual([instance?.deletionProtection, instance?.status], [false, 'available']);
});

test('the wrong members of an instance that cannot be modified are refused before its status', async () => {
  await api.call(createDBInstance, { ...WALK_THROUGH, DBInstanceIdentifier: 'young' });
  const modify = (members: object) =>
    api.call(modifyDBInstance, { DBInstanceIdentifier: 'young', ...members });
  await assert.rejects(modify({ MultiAZ: true }), { code: 'InvalidParameterValue' });
  await assert.rejects(modify({ CopyTagsToSnapshot: true }), { code: 'InvalidDBInstanceState' });
});

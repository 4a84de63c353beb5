import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  CertificateDetails$,
  type DBInstance,
  DBInstance$,
  type DBInstanceMessage,
  DBSubnetGroup$,
  Endpoint$,
  Subnet$,
} from '@aws-sdk/client-rds';
import { createDBInstance } from '../../../../src/api/rds/db-instance/create.ts';
import { describeDBInstances } from '../../../../src/api/rds/db-instance/describe.ts';
import { startTestApi, WALK_THROUGH } from '../../../support/api/api.ts';

const api = await startTestApi();
after(() => api.close());

let count = 0;
async function madeWith(DBInstanceIdentifier: string, members: object = {}): Promise<DBInstance> {
  await api.call(createDBInstance, { ...WALK_THROUGH, DBInstanceIdentifier, ...members });
  await api.finish(DBInstanceIdentifier);
  const certificate = { authority: 'rds-ca-rsa2048-g1', until: new Date('2036-01-01T00:00:00Z') };
  await api.inventory.instances.change({ identifier: DBInstanceIdentifier }, { requestId: 'test' }, () => ({
    patch: { certificate },
  }));
  const answer = await api.call<DBInstanceMessage>(describeDBInstances, { DBInstanceIdentifier });
  const [instance] = answer.DBInstances ?? [];
  assert.ok(instance);
  return instance;
}

const OTHER_ENGINES = 'another engine has it, PostgreSQL does not';
const NO_STREAM = 'a database activity stream that is on';
const REPLICA = 'a read replica';

/** The members of an available instance that RDS leaves out, with the reason: what an instance that has them is. */
const ABSENT: Readonly<Record<string, string>> = {
  LatestRestorableTime: 'an instance whose first automated backup was made',
  ReadReplicaSourceDBInstanceIdentifier: REPLICA,
  ReadReplicaSourceDBClusterIdentifier: REPLICA,
  StatusInfos: REPLICA,
  ReplicaMode: OTHER_ENGINES,
  NcharCharacterSetName: OTHER_ENGINES,
  TdeCredentialArn: OTHER_ENGINES,
  Timezone: OTHER_ENGINES,
  ListenerEndpoint: OTHER_ENGINES,
  DBSystemId: OTHER_ENGINES,
  AdditionalStorageVolumes: OTHER_ENGINES,
  StorageVolumeStatus: OTHER_ENGINES,
  SecondaryAvailabilityZone: 'Multi-AZ',
  DBClusterIdentifier: 'a member of a DB cluster',
  PromotionTier: 'a member of a DB cluster',
  KmsKeyId: 'encrypted storage',
  EnhancedMonitoringResourceArn: 'Enhanced Monitoring',
  MonitoringRoleArn: 'Enhanced Monitoring',
  PerformanceInsightsKMSKeyId: 'Performance Insights',
  PerformanceInsightsRetentionPeriod: 'Performance Insights',
  EnabledCloudwatchLogsExports: 'log exports: RDS leaves the empty list out',
  ProcessorFeatures: 'processor features that differ from those of the class',
  MaxAllocatedStorage: 'storage autoscaling',
  AutomationMode: 'RDS Custom',
  ResumeFullAutomationModeTime: 'RDS Custom',
  CustomIamInstanceProfile: 'RDS Custom',
  ActivityStreamKmsKeyId: NO_STREAM,
  ActivityStreamKinesisStreamName: NO_STREAM,
  ActivityStreamMode: NO_STREAM,
  ActivityStreamEngineNativeAuditFieldsIncluded: NO_STREAM,
  ActivityStreamPolicyStatus: NO_STREAM,
  AwsBackupRecoveryPointArn: 'AWS Backup',
  DBInstanceAutomatedBackupsReplications: 'backups in another region: RDS leaves the empty list out',
  AutomaticRestartTime: 'a stopped instance that starts by itself, which Cornac does not do',
  MasterUserSecret: 'a managed master password',
  PercentProgress: 'a storage optimization that runs',
  StorageOperationStatus: 'a storage optimization that runs',
  StorageOperationPercentProgress: 'a storage optimization that runs',
  DBCapacityReservationIdentifier: 'a capacity reservation',
};

/** The same for members of members. */
const ABSENT_INSIDE: Readonly<Record<string, string>> = {
  'Endpoint.HostedZoneId': 'a zone of Amazon Route 53',
  'DBSubnetGroup.DBSubnetGroupArn': 'the answer of DescribeDBSubnetGroups',
};

function membersOf(schema: { readonly [index: number]: unknown }): readonly string[] {
  return schema[4] as readonly string[];
}
function missingIn(value: object, names: readonly string[]): string[] {
  const present = new Map(Object.entries(value));
  return names.filter((name) => present.get(name) === undefined);
}

test('an available instance has every member of DBInstance except those that RDS leaves out', async () => {
  const instance = await madeWith('whole');
  assert.equal(membersOf(DBInstance$).length, 94, 'the SDK has other members: show them or name a reason');
  assert.deepEqual(missingIn(instance, membersOf(DBInstance$)).sort(), Object.keys(ABSENT).sort());
});

test('members of members are whole as well', async () => {
  const { Endpoint, DBSubnetGroup, CertificateDetails } = await madeWith('inside');
  const missing = [
    ['Endpoint', Endpoint$, Endpoint],
    ['DBSubnetGroup', DBSubnetGroup$, DBSubnetGroup],
    ['DBSubnetGroup.Subnet', Subnet$, DBSubnetGroup?.Subnets?.[0]],
    ['CertificateDetails', CertificateDetails$, CertificateDetails],
  ].flatMap(([name, schema, value]) =>
    missingIn(value as object, membersOf(schema as typeof DBInstance$)).map((member) => `${name}.${member}`),
  );
  assert.deepEqual(missing.sort(), Object.keys(ABSENT_INSIDE).sort());
});

// What the module rds_instance of Ansible's amazon.aws 10.1 reads without a look, and dies of where it is absent.
test("the members that Ansible's second run reads are there", async () => {
  const instance = await madeWith('ansible', { StorageType: 'io1', Iops: 1000, AllocatedStorage: 100 });
  assert.equal(instance.DBSubnetGroup?.DBSubnetGroupName, 'default');
  assert.deepEqual([instance.Iops, instance.AllocatedStorage], [1000, 100]);
  assert.deepEqual([instance.Endpoint?.Port, instance.IAMDatabaseAuthenticationEnabled], [5432, false]);
  for (const list of [
    'OptionGroupMemberships',
    'DBSecurityGroups',
    'VpcSecurityGroups',
    'DBParameterGroups',
  ]) {
    assert.ok(Array.isArray(Reflect.get(instance, list)), list);
  }
});

for (const [members, figures] of [
  [{}, ['gp3', 3000, 125]],
  [{ AllocatedStorage: 399 }, ['gp3', 3000, 125]],
  [{ AllocatedStorage: 400 }, ['gp3', 12000, 500]],
  [{ AllocatedStorage: 400, StorageType: 'gp3', Iops: 20000 }, ['gp3', 20000, 500]],
  [{ AllocatedStorage: 400, StorageType: 'gp3', StorageThroughput: 750 }, ['gp3', 12000, 750]],
  [{ StorageType: 'gp2' }, ['gp2', undefined, 0]],
  [{ StorageType: 'standard' }, ['standard', undefined, 0]],
  [{ AllocatedStorage: 100, Iops: 1000 }, ['io1', 1000, 0]],
] as const) {
  test(`type, IOPS and throughput of ${JSON.stringify(members)} are ${figures.join(', ')}`, async () => {
    const { StorageType, Iops, StorageThroughput } = await madeWith(`figures${count++}`, members);
    assert.deepEqual([StorageType, Iops, StorageThroughput], figures);
  });
}

test('an instance of version 0.4, whose settings lack the lifecycle, has that of RDS', async () => {
  const { EngineLifecycleSupport } = await madeWith('older');
  await api.inventory.instances.change({ identifier: 'older' }, { requestId: 'test' }, ({ settings }) => {
    const { engineLifecycleSupport: _, ...rest } = settings;
    return { patch: { settings: rest } };
  });
  const answer = await api.call<DBInstanceMessage>(describeDBInstances, { DBInstanceIdentifier: 'older' });
  assert.equal(EngineLifecycleSupport, 'open-source-rds-extended-support');
  assert.equal(answer.DBInstances?.[0]?.EngineLifecycleSupport, EngineLifecycleSupport);
});

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { CreateDBInstanceMessage$, type CreateDBInstanceResult } from '@aws-sdk/client-rds';
import { createDBInstance } from '../../../../src/api/rds/db-instance/create.ts';
import { parametersNotOffered } from '../../../../src/api/request/not-offered.ts';
import { InvocationConflict } from '../../../../src/model/invocation.ts';
import { startTestApi, WALK_THROUGH } from '../../../support/api/api.ts';
import { invocationOf } from '../../../support/invocation.ts';
import { recordReads } from '../../../support/record-reads.ts';

const api = await startTestApi();
after(() => api.close());

let count = 0;
function freshName() {
  return `fresh${count++}`;
}
async function create(members: object = {}) {
  const input = { ...WALK_THROUGH, DBInstanceIdentifier: freshName(), ...members };
  const { DBInstance } = await api.call<CreateDBInstanceResult>(createDBInstance, input);
  assert.ok(DBInstance);
  return DBInstance;
}

test('the create of the walk-through returns an instance with the defaults of RDS', async () => {
  const { DbiResourceId, PreferredBackupWindow, PreferredMaintenanceWindow, ...rest } = await create({
    DBInstanceIdentifier: 'test0',
  });

  assert.match(DbiResourceId ?? '', /^db-[A-Z0-9]{26}$/);
  assert.match(PreferredBackupWindow ?? '', /^\d\d:\d\d-\d\d:\d\d$/);
  assert.match(PreferredMaintenanceWindow ?? '', /^[a-z]{3}:\d\d:\d\d-[a-z]{3}:\d\d:\d\d$/);
  assert.deepEqual(JSON.parse(JSON.stringify(rest)), {
    DBInstanceIdentifier: 'test0',
    DBInstanceClass: 'db.t2.micro',
    Engine: 'postgres',
    DBInstanceStatus: 'creating',
    MasterUsername: 'postgres',
    DBName: 'test0',
    AllocatedStorage: 5,
    BackupRetentionPeriod: 0,
    DBSecurityGroups: [],
    VpcSecurityGroups: [],
    DBParameterGroups: [{ DBParameterGroupName: 'default.postgres15', ParameterApplyStatus: 'in-sync' }],
    AvailabilityZone: 'locala',
    DBSubnetGroup: {
      DBSubnetGroupName: 'default',
      DBSubnetGroupDescription: 'default',
      VpcId: 'vpc-default',
      SubnetGroupStatus: 'Complete',
      Subnets: [
        {
          SubnetIdentifier: 'subnet-default',
          SubnetAvailabilityZone: { Name: 'locala' },
          SubnetOutpost: {},
          SubnetStatus: 'Active',
        },
      ],
      SupportedNetworkTypes: ['IPV4'],
    },
    UpgradeRolloutOrder: 'second',
    PendingModifiedValues: {},
    MultiAZ: false,
    EngineVersion: '15.18',
    AutoMinorVersionUpgrade: true,
    ReadReplicaDBInstanceIdentifiers: [],
    ReadReplicaDBClusterIdentifiers: [],
    LicenseModel: 'postgresql-license',
    OptionGroupMemberships: [{ OptionGroupName: 'default:postgres-15', Status: 'in-sync' }],
    PubliclyAccessible: false,
    CharacterSetName: 'UTF8',
    StorageType: 'gp3',
    Iops: 3000,
    StorageThroughput: 125,
    StorageEncryptionType: 'none',
    DbInstancePort: 5432,
    StorageEncrypted: false,
    CACertificateIdentifier: 'rds-ca-rsa2048-g1',
    CertificateDetails: { CAIdentifier: 'rds-ca-rsa2048-g1' },
    DomainMemberships: [],
    CopyTagsToSnapshot: false,
    MonitoringInterval: 0,
    DBInstanceArn: 'arn:aws:rds:local:123456789012:db:test0',
    IAMDatabaseAuthenticationEnabled: false,
    DatabaseInsightsMode: 'standard',
    PerformanceInsightsEnabled: false,
    DeletionProtection: false,
    AssociatedRoles: [],
    TagList: [],
    CustomerOwnedIpEnabled: false,
    NetworkType: 'IPV4',
    ActivityStreamStatus: 'stopped',
    BackupTarget: 'region',
    DedicatedLogVolume: false,
    MultiTenant: false,
    IsStorageConfigUpgradeAvailable: false,
    EngineLifecycleSupport: 'open-source-rds-extended-support',
  });
});

test('the operation that makes the instance waits in the outbox', async () => {
  const { DBInstanceIdentifier: name = '', DbiResourceId } = await create();
  const operation = await api.findOperation(name);
  assert.deepEqual(
    [operation?.type, operation?.state, operation?.resource.id],
    ['createDbInstance', 'pending', DbiResourceId],
  );
});

test('the password is stored only as a sealed verifier', async () => {
  const { DbiResourceId = '' } = await create({ MasterUserPassword: "C0nf'de tie!" });
  const secret = await api.inventory.findSecret(DbiResourceId, 'master');
  assert.match(secret?.value ?? '', /^SCRAM-SHA-256\$4096:[^$]+\$[^:]+:/);
});

test('the members of the request are the members of the new instance', async () => {
  const instance = await create({
    DBInstanceIdentifier: 'Custom-1',
    DBName: 'shop',
    DBInstanceClass: 'db.m5.large',
    AllocatedStorage: 100,
    EngineVersion: '15.4',
    Port: 6000,
    MasterUsername: 'boss',
    DeletionProtection: true,
    StorageType: 'io1',
    Iops: 1000,
    Tags: [{ Key: 'team', Value: 'data' }],
    VpcSecurityGroupIds: ['sg-1'],
    AvailabilityZone: 'localc',
    DBSubnetGroupName: 'default',
    DBParameterGroupName: 'default.postgres15',
    OptionGroupName: 'default:postgres-15',
    LicenseModel: 'postgresql-license',
    BackupRetentionPeriod: 0,
    MaxAllocatedStorage: 100,
  });
  const { DBInstanceIdentifier, DBInstanceArn, DBName, EngineVersion, DbInstancePort, Iops } = instance;
  assert.equal(DBInstanceIdentifier, 'custom-1', 'stored in lower case');
  assert.equal(DBInstanceArn, 'arn:aws:rds:local:123456789012:db:custom-1');
  assert.deepEqual([DBName, EngineVersion, DbInstancePort, Iops], ['shop', '15.4', 6000, 1000]);
  assert.deepEqual(instance.TagList, [{ Key: 'team', Value: 'data' }]);
  assert.deepEqual(instance.VpcSecurityGroups, [{ VpcSecurityGroupId: 'sg-1', Status: 'active' }]);
  assert.equal(instance.AvailabilityZone, 'localc');
  assert.equal(instance.DBSubnetGroup?.DBSubnetGroupName, 'default');
  assert.equal(instance.DeletionProtection, true);
  assert.equal((await api.inventory.instances.find({ identifier: 'custom-1' }))?.machine, 'cornac-custom-1');
});

for (const DBInstanceClass of [
  'db.m7i.large',
  'db.m8g.large',
  'db.r8g.large',
  'db.m6gd.large',
  'db.x2g.large',
]) {
  test(`the class ${DBInstanceClass} is made`, async () => {
    assert.equal((await create({ DBInstanceClass })).DBInstanceClass, DBInstanceClass);
  });
}

test('a major version gets its newest minor', async () => {
  assert.equal((await create({ EngineVersion: '14' })).EngineVersion, '14.23');
});

test('an identifier can be used once, in any case', async () => {
  await create({ DBInstanceIdentifier: 'twin' });
  await assert.rejects(create({ DBInstanceIdentifier: 'TWIN' }), {
    code: 'DBInstanceAlreadyExists',
    message: 'DB instance already exists',
  });
});

test('two concurrent creates of one identifier: exactly one succeeds', async () => {
  const both = await Promise.allSettled([
    create({ DBInstanceIdentifier: 'race' }),
    create({ DBInstanceIdentifier: 'race' }),
  ]);
  assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
});

test('a retried create returns the answer of the first one', async () => {
  const invocation = invocationOf('call-1');
  const input = { ...WALK_THROUGH, DBInstanceIdentifier: 'retried' };
  const first = await api.call(createDBInstance, input, invocation);
  await assert.rejects(api.call(createDBInstance, input, invocation), InvocationConflict);
  const stored = await api.inventory.invocations.findAnswer(invocation);
  assert.deepEqual(stored?.result, JSON.parse(JSON.stringify(first)));
});

const refusals: [members: object, code: string, words: RegExp][] = [
  [{ DBInstanceIdentifier: '0test' }, 'InvalidParameterValue', /DBInstanceIdentifier is not a valid/],
  [
    { DBInstanceIdentifier: 'a--b' },
    'InvalidParameterValue',
    /^The parameter DBInstanceIdentifier is not a valid identifier\. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens\.$/,
  ],
  [
    { DBInstanceIdentifier: 'a'.repeat(64) },
    'InvalidParameterValue',
    /because it is longer than 63 characters\.$/,
  ],
  [{ DBInstanceIdentifier: undefined }, 'InvalidParameterValue', /DBInstanceIdentifier must be provided/],
  [
    { DBInstanceIdentifier: 'a'.repeat(57) },
    'InvalidParameterValue',
    /because it is longer than 56 characters\.$/,
  ],
  [
    { DBInstanceClass: 'db.x1e.xlarge', EngineVersion: '15.4' },
    'InvalidParameterCombination',
    /^RDS does not support creating a DB instance with the following combination: DBInstanceClass=db\.x1e\.xlarge, Engine=postgres, EngineVersion=15\.4, LicenseModel=postgresql-license\. For supported/,
  ],
  [{ DBInstanceClass: 'db.t2.nano' }, 'InvalidParameterValue', /Invalid DB Instance class: db.t2.nano/],
  [{ Engine: 'mysql' }, 'InvalidParameterValue', /Invalid DB engine: mysql/],
  [{ EngineVersion: '99' }, 'InvalidParameterCombination', /Cannot find version 99 for postgres/],
  [{ AllocatedStorage: undefined }, 'InvalidParameterValue', /AllocatedStorage must be provided/],
  [
    { AllocatedStorage: 4 },
    'InvalidParameterCombination',
    /storage type gp3: 4\. AllocatedStorage must be 5-65536/,
  ],
  [{ MaxAllocatedStorage: 1000 }, 'InvalidParameterValue', /MaxAllocatedStorage.*autoscaling/],
  [{ MasterUsername: undefined }, 'InvalidParameterValue', /MasterUsername must be provided/],
  [{ MasterUsername: '1st' }, 'InvalidParameterValue', /MasterUsername/],
  [{ MasterUsername: 'rdsadmin' }, 'InvalidParameterValue', /reserved word/],
  [{ MasterUserPassword: undefined }, 'InvalidParameterValue', /MasterUserPassword must be provided/],
  [{ MasterUserPassword: 'short' }, 'InvalidParameterValue', /shorter than 8/],
  [{ MasterUserPassword: 'with/slash' }, 'InvalidParameterValue', /Only printable ASCII/],
  [{ DBName: 'my-db' }, 'InvalidParameterValue', /DBName must begin with a letter/],
  [{ DBName: 'template1' }, 'InvalidParameterValue', /DBName template1 cannot be used/],
  [{ DBInstanceIdentifier: 'rdsadmin' }, 'InvalidParameterValue', /DBName rdsadmin cannot be used/],
  [{ Port: 1149 }, 'InvalidParameterValue', /1150-65535/],
  [{ Port: 65536 }, 'InvalidParameterValue', /1150-65535/],
  [{ LicenseModel: 'bring-your-own-license' }, 'InvalidParameterValue', /license/],
  [{ AvailabilityZone: 'us-east-1a' }, 'InvalidParameterValue', /zone/],
  [{ AvailabilityZone: 'eu-west-1a' }, 'InvalidParameterValue', /zone/],
  [{ AvailabilityZone: 'local' }, 'InvalidParameterValue', /zone/],
  [{ DBParameterGroupName: 'mine' }, 'DBParameterGroupNotFound', /mine/],
  [{ DBParameterGroupName: 'default.postgres14' }, 'InvalidParameterCombination', /Family postgres15/],
  [{ OptionGroupName: 'mine' }, 'OptionGroupNotFoundFault', /mine/],
  [{ DBSubnetGroupName: 'mine' }, 'DBSubnetGroupNotFoundFault', /mine/],
  [{ PreferredBackupWindow: 'noon' }, 'InvalidParameterValue', /Invalid backup window format: noon/],
  [
    { EngineLifecycleSupport: 'for-ever' },
    'InvalidParameterValue',
    /EngineLifecycleSupport.*extended-support, open/,
  ],
  [{ CACertificateIdentifier: 'rds-ca-2019' }, 'CertificateNotFound', /rds-ca-2019/],
  [
    { AllocatedStorage: 6, StorageType: 'gp3', Iops: 12000, StorageThroughput: 500 },
    'InvalidParameterCombination',
    /^You can't specify IOPS or storage throughput for engine postgres and a storage size less than 400\.$/,
  ],
  [{ MasterUsername: 'a'.repeat(64) }, 'InvalidParameterValue', /63 at most/],
  [{ StorageType: 'floppy' }, 'StorageTypeNotSupported', /floppy/],
  [{ Tags: [{ Key: 'aws:x', Value: '' }] }, 'InvalidParameterValue', /aws:/],
  [
    { BackupRetentionPeriod: 36 },
    'InvalidParameterValue',
    /backup retention period: 36\. It must be from 0 to 35/,
  ],
  [{ StorageEncrypted: true }, 'InvalidParameterValue', /StorageEncrypted.*encryption/],
  [{ MultiAZ: true }, 'InvalidParameterValue', /MultiAZ/],
];
for (const [members, code, words] of refusals) {
  test(`a create is refused: ${JSON.stringify(members)}`, async () => {
    const before = await api.inventory.instances.list();
    await assert.rejects(create(members), (error: Error & { code?: string }) => {
      assert.equal(error.code, code);
      assert.match(error.message, words);
      return true;
    });
    assert.equal((await api.inventory.instances.list()).length, before.length);
  });
}

test("every parameter of RDS's CreateDBInstance is used or refused by name", async () => {
  const { input, reads } = recordReads({ ...WALK_THROUGH, DBInstanceIdentifier: freshName() });
  await api.call(createDBInstance, input);
  const members = CreateDBInstanceMessage$[4];
  const forgotten = members.filter((name) => !reads.has(name) && !parametersNotOffered.includes(name));
  assert.deepEqual(forgotten, []);
});

test("a create before a worker has reported the origin's versions is refused", async () => {
  const versions = await api.inventory.engineVersions.list();
  await api.inventory.engineVersions.replace([]);
  await assert.rejects(create(), { code: 'InsufficientDBInstanceCapacity' });
  await api.inventory.engineVersions.replace(versions);
});

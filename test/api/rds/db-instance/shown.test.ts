import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import {
  CreateDBInstanceMessage$,
  type DBInstance,
  type DBInstanceMessage,
  ModifyDBInstanceMessage$,
} from '@aws-sdk/client-rds';
import type { Action } from '../../../../src/api/action.ts';
import { createDBInstance } from '../../../../src/api/rds/db-instance/create.ts';
import { describeDBInstances } from '../../../../src/api/rds/db-instance/describe.ts';
import { modifyDBInstance } from '../../../../src/api/rds/db-instance/modify.ts';
import { createDBSubnetGroup } from '../../../../src/api/rds/db-subnet-group/create.ts';
import { parametersNotOffered } from '../../../../src/api/request/not-offered.ts';
import { startTestApi, WALK_THROUGH } from '../../../support/api/api.ts';

const api = await startTestApi();
after(() => api.close());
await api.call(createDBSubnetGroup, {
  DBSubnetGroupName: 'mine',
  DBSubnetGroupDescription: 'x',
  SubnetIds: ['subnet-1', 'subnet-2'],
});

/** A value that is taken, and what the instance shows of it: a member with the same value unless said otherwise. */
interface Taken {
  readonly value: unknown;
  readonly shown?: (instance: DBInstance) => unknown;
  /** What the instance shows, where it is another value. */
  readonly as?: unknown;
}
type Sample = Taken | { readonly value: unknown; readonly unseen: string };

const PRESENT: Readonly<Record<string, Sample>> = {
  AllocatedStorage: { value: 450 },
  AutoMinorVersionUpgrade: { value: false },
  BackupRetentionPeriod: { value: 7 },
  CACertificateIdentifier: { value: 'cornac-ca-ecc256-g2' },
  CopyTagsToSnapshot: { value: true },
  DBInstanceClass: { value: 'db.m5.large' },
  DBParameterGroupName: {
    value: 'default.postgres15',
    shown: ({ DBParameterGroups: [group] = [] }) => group?.DBParameterGroupName,
  },
  DBSecurityGroups: { value: [] },
  DBSubnetGroupName: { value: 'mine', shown: ({ DBSubnetGroup }) => DBSubnetGroup?.DBSubnetGroupName },
  DatabaseInsightsMode: { value: 'standard' },
  DedicatedLogVolume: { value: false },
  DeletionProtection: { value: true },
  EnableCustomerOwnedIp: { value: false, shown: (instance) => instance.CustomerOwnedIpEnabled },
  EnableIAMDatabaseAuthentication: {
    value: false,
    shown: (instance) => instance.IAMDatabaseAuthenticationEnabled,
  },
  EnablePerformanceInsights: { value: false, shown: (instance) => instance.PerformanceInsightsEnabled },
  Engine: { value: 'postgres' },
  EngineLifecycleSupport: { value: 'open-source-rds-extended-support-disabled' },
  EngineVersion: { value: '15.18' },
  Iops: { value: 13000 },
  LicenseModel: { value: 'postgresql-license' },
  ManageMasterUserPassword: { value: false, shown: ({ MasterUserSecret }) => MasterUserSecret !== undefined },
  MasterUserAuthenticationType: { value: 'password', unseen: 'DBInstance has no such member' },
  MasterUserPassword: { value: 'C0nfidentiel', unseen: 'a secret' },
  MaxAllocatedStorage: {
    value: 450,
    unseen: 'as large as the storage: autoscaling is off, and RDS shows nothing',
  },
  MonitoringInterval: { value: 0 },
  MultiAZ: { value: false },
  MultiTenant: { value: false },
  NetworkType: { value: 'IPV4' },
  OptionGroupName: {
    value: 'default:postgres-15',
    shown: ({ OptionGroupMemberships: [group] = [] }) => group?.OptionGroupName,
  },
  PreferredBackupWindow: { value: '02:00-03:00' },
  PreferredMaintenanceWindow: { value: 'Tue:04:00-Tue:05:00', as: 'tue:04:00-tue:05:00' },
  PubliclyAccessible: { value: true },
  StorageThroughput: { value: 600 },
  StorageType: { value: 'gp3' },
  VpcSecurityGroupIds: {
    value: ['sg-9'],
    shown: ({ VpcSecurityGroups = [] }) => VpcSecurityGroups.map((group) => group.VpcSecurityGroupId),
  },
};

const CREATED: Readonly<Record<string, Sample>> = {
  ...PRESENT,
  AvailabilityZone: { value: 'localb' },
  BackupTarget: { value: 'region' },
  CharacterSetName: { value: 'UTF8' },
  DBInstanceIdentifier: { value: 'Created', as: 'created' },
  DBName: { value: 'shop' },
  EnableCloudwatchLogsExports: {
    value: [],
    shown: ({ EnabledCloudwatchLogsExports = [] }) => EnabledCloudwatchLogsExports,
  },
  MasterUsername: { value: 'application_db_admin_user' },
  Port: { value: 6000, shown: ({ DbInstancePort }) => DbInstancePort },
  StorageEncrypted: { value: false },
  Tags: { value: [{ Key: 'team', Value: 'data' }], shown: ({ TagList }) => TagList },
};

const MANNER = 'how a change is applied, and no change';
const MODIFIED: Readonly<Record<string, Sample>> = {
  ...PRESENT,
  AllowMajorVersionUpgrade: { value: true, unseen: MANNER },
  ApplyImmediately: { value: true, unseen: MANNER },
  CertificateRotationRestart: { value: true, unseen: MANNER },
  DBInstanceIdentifier: { value: 'modified' },
  DBPortNumber: { value: 5432, shown: ({ DbInstancePort }) => DbInstancePort },
  DetachFromDBCapacityReservation: { value: false, unseen: 'no reservation is shown' },
  DisableDomain: { value: false, shown: ({ DomainMemberships }) => DomainMemberships, as: [] },
  NewDBInstanceIdentifier: { value: 'modified', shown: (instance) => instance.DBInstanceIdentifier },
  RotateMasterUserPassword: { value: false, unseen: MANNER },
  UseDefaultProcessorFeatures: {
    value: true,
    shown: ({ ProcessorFeatures }) => ProcessorFeatures,
    as: undefined,
  },
};

async function look(DBInstanceIdentifier: string): Promise<DBInstance> {
  const answer = await api.call<DBInstanceMessage>(describeDBInstances, { DBInstanceIdentifier });
  const [instance] = answer.DBInstances ?? [];
  assert.ok(instance);
  return instance;
}

function valuesOf(samples: Readonly<Record<string, Sample>>, members: readonly string[]) {
  return Object.fromEntries(
    members.flatMap((name) => (samples[name] ? [[name, samples[name].value] as const] : [])),
  );
}

function compare(samples: Readonly<Record<string, Sample>>, members: readonly string[], found: DBInstance) {
  for (const name of members) {
    const sample = samples[name];
    if (!sample || 'unseen' in sample) continue;
    const shown = sample.shown ? sample.shown(found) : Reflect.get(found, name);
    assert.deepEqual(shown, 'as' in sample ? sample.as : sample.value, name);
  }
}

interface Case {
  readonly action: Action;
  readonly members: readonly string[];
  readonly samples: Readonly<Record<string, Sample>>;
  readonly base: object;
}

function refusesTheRest({ action, members, samples, base }: Case): void {
  test('every other member is refused by name', async () => {
    for (const name of members.filter((member) => !samples[member])) {
      await assert.rejects(
        api.call(action, { ...base, [name]: 'something' }),
        { code: 'InvalidParameterValue', message: new RegExp(`^The parameter ${name} asks for`) },
        name,
      );
    }
  });

  test('every member that Cornac takes for one value only is refused by name for others', async () => {
    for (const name of members.filter((member) => parametersNotOffered.includes(member))) {
      await assert.rejects(
        api.call(action, { ...base, [name]: 'something' }),
        { code: 'InvalidParameterValue', message: new RegExp(`^The parameter ${name} asks for`) },
        name,
      );
    }
  });
}

describe('CreateDBInstance', () => {
  const members = CreateDBInstanceMessage$[4] as readonly string[];

  test('every member that is taken is shown', async () => {
    await api.call(createDBInstance, valuesOf(CREATED, members));
    await api.finish('created');
    compare(CREATED, members, await look('created'));
  });

  const base = { ...WALK_THROUGH, DBInstanceIdentifier: 'refused' };
  refusesTheRest({ action: createDBInstance, members, samples: CREATED, base });
});

describe('ModifyDBInstance', async () => {
  const members = ModifyDBInstanceMessage$[4] as readonly string[];
  await api.call(createDBInstance, { ...WALK_THROUGH, DBInstanceIdentifier: 'modified' });
  await api.finish('modified');

  test('every member that is taken is shown', async () => {
    await api.call(modifyDBInstance, valuesOf(MODIFIED, members));
    await api.finish('modified');
    compare(MODIFIED, members, await look('modified'));
  });

  const base = { DBInstanceIdentifier: 'modified' };
  refusesTheRest({ action: modifyDBInstance, members, samples: MODIFIED, base });
});

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  CreateDBInstanceReadReplicaMessage$,
  type CreateDBInstanceReadReplicaResult,
  type DBInstance,
  type DBInstanceMessage,
  PromoteReadReplicaMessage$,
  type PromoteReadReplicaResult,
} from '@aws-sdk/client-rds';
import { createDBInstance } from '../../../../src/api/rds/db-instance/create.ts';
import { createDBInstanceReadReplica } from '../../../../src/api/rds/db-instance/create-read-replica.ts';
import { deleteDBInstance } from '../../../../src/api/rds/db-instance/delete.ts';
import { describeDBInstances } from '../../../../src/api/rds/db-instance/describe.ts';
import { modifyDBInstance } from '../../../../src/api/rds/db-instance/modify.ts';
import { promoteReadReplica } from '../../../../src/api/rds/db-instance/promote-read-replica.ts';
import { stopDBInstance } from '../../../../src/api/rds/db-instance/stop.ts';
import { createDBSnapshot } from '../../../../src/api/rds/db-snapshot/create.ts';
import { parametersNotOffered } from '../../../../src/api/request/not-offered.ts';
import { MAX_REPLICAS } from '../../../../src/model/db-instance/replication.ts';
import { startTestApi, WALK_THROUGH } from '../../../support/api/api.ts';
import { recordReads } from '../../../support/record-reads.ts';

const api = await startTestApi();
after(() => api.close());

async function makeSource(DBInstanceIdentifier: string, members: object = {}): Promise<void> {
  const input = { ...WALK_THROUGH, DBInstanceIdentifier, BackupRetentionPeriod: 1, ...members };
  await api.call(createDBInstance, input);
  await api.finish(DBInstanceIdentifier);
}
async function replicate(SourceDBInstanceIdentifier: string, DBInstanceIdentifier: string, members = {}) {
  const { DBInstance } = await api.call<CreateDBInstanceReadReplicaResult>(createDBInstanceReadReplica, {
    ...{ SourceDBInstanceIdentifier, DBInstanceIdentifier },
    ...members,
  });
  assert.ok(DBInstance);
  return DBInstance;
}
async function describeOne(DBInstanceIdentifier: string): Promise<DBInstance> {
  const answer = await api.call<DBInstanceMessage>(describeDBInstances, { DBInstanceIdentifier });
  const [instance] = answer.DBInstances ?? [];
  assert.ok(instance);
  return instance;
}
before(async () => {
  await makeSource('main', {
    ...{ Port: 6000, DBName: 'shop', MasterUsername: 'owner', CopyTagsToSnapshot: true },
    ...{ Tags: [{ Key: 'team', Value: 'a' }], DeletionProtection: true },
  });
});

describe('a new read replica', () => {
  test('has what its source has, without backups, tags and protection', async () => {
    const made = await replicate('main', 'First');
    const { DBInstanceStatus, DbInstancePort, DBName, MasterUsername, EngineVersion, TagList } = made;
    assert.deepEqual(
      { DBInstanceStatus, DbInstancePort, DBName, MasterUsername, EngineVersion, TagList },
      {
        ...{ DBInstanceStatus: 'creating', DbInstancePort: 6000, DBName: 'shop' },
        ...{ MasterUsername: 'owner', EngineVersion: '15.18', TagList: [] },
      },
    );
    const { BackupRetentionPeriod, CopyTagsToSnapshot, DeletionProtection, AllocatedStorage } = made;
    assert.deepEqual(
      [BackupRetentionPeriod, CopyTagsToSnapshot, DeletionProtection, AllocatedStorage],
      [0, false, false, 5],
    );
    assert.equal(made.ReadReplicaSourceDBInstanceIdentifier, 'main');
    assert.equal(made.StatusInfos, undefined);
    assert.equal((await api.findOperation('first'))?.type, 'createReadReplica');
    assert.equal(await api.inventory.findSecret(made.DbiResourceId ?? '', 'master'), undefined);
    await api.finish('first');
    const { StatusInfos: [info] = [] } = await describeOne('first');
    assert.deepEqual([info?.Normal, info?.Status], [true, 'replicating']);
    assert.deepEqual((await describeOne('main')).ReadReplicaDBInstanceIdentifiers, ['first']);
    assert.equal((await describeOne('main')).StatusInfos, undefined);
  });

  test('has what the request names instead, and its source may be named by its ARN', async () => {
    const made = await replicate('arn:aws:rds:local:123456789012:db:main', 'second', {
      ...{ DBInstanceClass: 'db.t2.small', Port: 7000, AllocatedStorage: 9, DeletionProtection: true },
      ...{ Tags: [{ Key: 'team', Value: 'b' }], ReplicaMode: 'open-read-only' },
    });
    const { DBInstanceClass, DbInstancePort, AllocatedStorage, DeletionProtection } = made;
    assert.deepEqual(
      [DBInstanceClass, DbInstancePort, AllocatedStorage, DeletionProtection],
      ['db.t2.small', 7000, 9, true],
    );
    assert.deepEqual(made.TagList, [{ Key: 'team', Value: 'b' }]);
    assert.deepEqual((await describeOne('main')).ReadReplicaDBInstanceIdentifiers, ['first', 'second']);
  });

  const refusals: readonly (readonly [string, object, string, RegExp])[] = [
    ['another name', { DBInstanceIdentifier: 'first' }, 'DBInstanceAlreadyExists', /already exists/],
    ['a source', { SourceDBInstanceIdentifier: 'none' }, 'DBInstanceNotFound', /none not found/],
    [
      'a source of this region',
      { SourceDBInstanceIdentifier: 'arn:aws:rds:us-east-1:123456789012:db:main' },
      ...(['DBInstanceNotFound', /not found/] as const),
    ],
    ['a cluster as source', { SourceDBClusterIdentifier: 'a' }, 'InvalidParameterValue', /DB clusters/],
    [
      'as much storage',
      { AllocatedStorage: 4 },
      'InvalidParameterCombination',
      /less than that of the source/,
    ],
    ['a class', { DBInstanceClass: 'db.none' }, 'InvalidParameterValue', /Invalid DB Instance class/],
    ['a mode of replicas', { ReplicaMode: 'mounted' }, 'InvalidParameterValue', /ReplicaMode/],
    ['a parameter group', { DBParameterGroupName: 'none' }, 'DBParameterGroupNotFound', /none/],
    // A read replica has no backups here.
    [
      'a source that is no replica',
      { SourceDBInstanceIdentifier: 'first' },
      'InvalidDBInstanceState',
      /backups are not/,
    ],
  ];
  for (const [what, members, code, message] of refusals) {
    test(`needs ${what}`, async () => {
      const input = { SourceDBInstanceIdentifier: 'main', DBInstanceIdentifier: 'refused', ...members };
      await assert.rejects(api.call(createDBInstanceReadReplica, input), { code, message });
      assert.equal(await api.inventory.instances.find({ identifier: 'refused' }), undefined);
    });
  }

  test('needs a source that is available and has automated backups', async () => {
    await makeSource('without', { BackupRetentionPeriod: 0 });
    await assert.rejects(replicate('without', 'refused'), {
      code: 'InvalidDBInstanceState',
      message: /^Automated backups are not enabled for this database instance\./,
    });
    await api.call(createDBInstance, {
      ...{ ...WALK_THROUGH, DBInstanceIdentifier: 'new', BackupRetentionPeriod: 1 },
    });
    await assert.rejects(replicate('new', 'refused'), {
      code: 'InvalidDBInstanceState',
      message: 'Instance new is not in available state. Current state: creating.',
    });
  });

  test('is one of 15 at most, also where many are asked for at once', async () => {
    await makeSource('wide');
    const asked = Array.from({ length: MAX_REPLICAS + 2 }, (_, each) => replicate('wide', `wide${each}`));
    const results = await Promise.allSettled(asked);
    const refused = results.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []));
    assert.deepEqual(refused, ['InvalidDBInstanceState', 'InvalidDBInstanceState']);
    assert.equal((await describeOne('wide')).ReadReplicaDBInstanceIdentifiers?.length, MAX_REPLICAS);
  });
});

test("every parameter of RDS's CreateDBInstanceReadReplica and PromoteReadReplica is used or refused by name", async () => {
  await makeSource('read');
  const asked = recordReads({ SourceDBInstanceIdentifier: 'read', DBInstanceIdentifier: 'read-replica' });
  await api.call(createDBInstanceReadReplica, asked.input);
  await api.finish('read-replica');
  const promoted = recordReads({ DBInstanceIdentifier: 'read-replica' });
  await api.call(promoteReadReplica, promoted.input);
  const forgotten = [
    ...CreateDBInstanceReadReplicaMessage$[4].filter((name) => !asked.reads.has(name)),
    ...PromoteReadReplicaMessage$[4].filter((name) => !promoted.reads.has(name)),
  ].filter((name) => !parametersNotOffered.includes(name));
  assert.deepEqual(forgotten, []);
});

describe('of a read replica or its source', () => {
  const refusals: readonly (readonly [string, Parameters<typeof api.call>[0], object, string, RegExp])[] = [
    [
      'a replica cannot be stopped',
      stopDBInstance,
      { DBInstanceIdentifier: 'first' },
      'State',
      /is a read replica/,
    ],
    [
      'a source cannot be stopped',
      stopDBInstance,
      { DBInstanceIdentifier: 'main' },
      'State',
      /has read replicas/,
    ],
    [
      ...(['the password stays that of the source', modifyDBInstance] as const),
      { DBInstanceIdentifier: 'first', MasterUserPassword: 'Another one!'.replace(' ', '') },
      ...(['Combination', /^Cannot change master user password on an RDS postgres Read Replica/] as const),
    ],
    [
      ...(['a replica has no automated backups', modifyDBInstance] as const),
      { DBInstanceIdentifier: 'first', BackupRetentionPeriod: 3 },
      ...(['Combination', /Promote it first/] as const),
    ],
    [
      ...(['a source keeps its automated backups', modifyDBInstance] as const),
      { DBInstanceIdentifier: 'main', BackupRetentionPeriod: 0 },
      ...(['Combination', /with read replicas cannot be 0/] as const),
    ],
    [
      ...(['a replica has no snapshots', createDBSnapshot] as const),
      { DBInstanceIdentifier: 'first', DBSnapshotIdentifier: 'snap' },
      ...(['State', /is a read replica/] as const),
    ],
    [
      ...(['a replica has no final snapshot', deleteDBInstance] as const),
      { DBInstanceIdentifier: 'first', FinalDBSnapshotIdentifier: 'final' },
      ...(['Combination', /final snapshot of a read replica/] as const),
    ],
    [
      'a source cannot be promoted',
      promoteReadReplica,
      { DBInstanceIdentifier: 'main' },
      'State',
      /not a read replica/,
    ],
    [
      'nothing is promoted that is not there',
      promoteReadReplica,
      { DBInstanceIdentifier: 'none' },
      'NotFound',
      /none/,
    ],
    [
      ...(['a backup window has to be one', promoteReadReplica] as const),
      { DBInstanceIdentifier: 'first', PreferredBackupWindow: 'often' },
      ...(['Value', /often/] as const),
    ],
  ];
  for (const [what, action, input, code, message] of refusals) {
    test(what, async () => {
      await assert.rejects(api.call(action, input), (error: { code?: string; message: string }) => {
        assert.match(error.code ?? '', new RegExp(`${code}$`));
        assert.match(error.message, message);
        return true;
      });
    });
  }

  test('a fault is shown with what to do', async () => {
    const { dbiResourceId = '' } = (await api.inventory.instances.find({ identifier: 'first' })) ?? {};
    await api.inventory.instances.change({ dbiResourceId }, { requestId: 'test' }, () => ({
      patch: { replicationFault: 'lost' },
    }));
    const [info] = (await describeOne('first')).StatusInfos ?? [];
    assert.deepEqual([info?.Normal, info?.Status], [false, 'terminated']);
    assert.match(info?.Message ?? '', /create it anew/);
  });

  test('a promotion asks for backups, and another one has to wait for its end', async () => {
    // Twelve hours from the maintenance window, because the two must not overlap.
    const maintained = (await describeOne('first')).PreferredMaintenanceWindow?.slice(4, 6);
    const hour = String((Number(maintained) + 12) % 24).padStart(2, '0');
    const preferredBackupWindow = `${hour}:00-${hour}:30`;
    const input = {
      DBInstanceIdentifier: 'first',
      BackupRetentionPeriod: 2,
      PreferredBackupWindow: preferredBackupWindow,
    };
    const { DBInstance } = await api.call<PromoteReadReplicaResult>(promoteReadReplica, input);
    assert.equal(DBInstance?.DBInstanceStatus, 'modifying');
    const operation = await api.findOperation('first');
    assert.deepEqual(
      [operation?.type, operation?.input],
      ['promoteReadReplica', { backupRetentionPeriod: 2, preferredBackupWindow }],
    );
    await assert.rejects(api.call(promoteReadReplica, input), { code: 'InvalidDBInstanceState' });
  });
});

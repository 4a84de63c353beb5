import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ModifyDBInstanceMessage$ } from '@aws-sdk/client-rds';
import { modifyDBInstance } from '../../../../src/api/rds/db-instance/modify.ts';
import { parametersNotOffered } from '../../../../src/api/request/not-offered.ts';
import { startTestApi } from '../../../support/api/api.ts';
import { recordReads } from '../../../support/record-reads.ts';
import { createModifyCalls, NOW } from './modify-calls.ts';
import { testRefusals } from './modify-refusals.ts';

const api = await startTestApi();
after(() => api.close());
const calls = createModifyCalls(api);
const { fresh, modify, pendingOf } = calls;

test('storage and class wait for the maintenance window', async () => {
  const name = await fresh();
  const instance = await modify(name, { AllocatedStorage: 10, DBInstanceClass: 'db.t3.small' });
  assert.equal(instance.DBInstanceStatus, 'available');
  assert.deepEqual([instance.AllocatedStorage, instance.DBInstanceClass], [5, 'db.t2.micro']);
  assert.deepEqual(pendingOf(instance), { AllocatedStorage: 10, DBInstanceClass: 'db.t3.small' });
  assert.equal(await api.findOperation(name), undefined);
});

test('with ApplyImmediately storage and class change at once, together with pending values', async () => {
  const name = await fresh();
  await modify(name, { AllocatedStorage: 10 });
  const instance = await modify(name, { DBInstanceClass: 'db.t3.small', ...NOW });
  assert.equal(instance.DBInstanceStatus, 'modifying');
  assert.deepEqual(pendingOf(instance), { AllocatedStorage: 10, DBInstanceClass: 'db.t3.small' });
  assert.deepEqual((await api.findOperation(name))?.input, {
    modification: { allocatedStorage: 10, dbInstanceClass: 'db.t3.small' },
  });

  await api.finish(name);
  const after = await api.inventory.instances.find({ identifier: name });
  assert.deepEqual(
    [after?.allocatedStorage, after?.dbInstanceClass, after?.pending],
    [10, 'db.t3.small', {}],
  );
});

test('ApplyImmediately alone applies pending values', async () => {
  const name = await fresh();
  await modify(name, { AllocatedStorage: 10 });
  assert.equal((await modify(name, NOW)).DBInstanceStatus, 'modifying');
});

test('a change back to the present value drops the pending value', async () => {
  const name = await fresh();
  await modify(name, { AllocatedStorage: 10, DBInstanceClass: 'db.t3.small' });
  assert.deepEqual(pendingOf(await modify(name, { AllocatedStorage: 5 })), {
    DBInstanceClass: 'db.t3.small',
  });
});

test('the beginning of a modification is an event', async () => {
  const name = await fresh();
  await modify(name, { AllocatedStorage: 10, DBInstanceClass: 'db.t3.small', ...NOW });
  const events = await api.inventory.listEvents({
    from: new Date(0),
    to: new Date(),
    sourceIdentifier: name,
    limit: 10,
  });
  assert.deepEqual(events.map(({ eventId }) => eventId).sort(), ['RDS-EVENT-0012', 'RDS-EVENT-0018']);
});

for (const when of [{}, NOW]) {
  test(`a password is changed at once: ${JSON.stringify(when)}`, async () => {
    const name = await fresh();
    const instance = await modify(name, { MasterUserPassword: "C0nf'de tie!", ...when });
    assert.equal(instance.DBInstanceStatus, 'resetting-master-credentials');
    assert.deepEqual(pendingOf(instance), { MasterUserPassword: '****' });
    const operation = await api.findOperation(name);
    assert.deepEqual(operation?.input, { modification: { masterPassword: true } });
    const secret = await api.inventory.findSecret(instance.DbiResourceId ?? '', 'master');
    assert.match(secret?.value ?? '', /^SCRAM-SHA-256/);
  });
}

test('a password changes at once, and storage of the same request stays pending', async () => {
  const name = await fresh();
  const instance = await modify(name, { MasterUserPassword: 'An0therOne', AllocatedStorage: 10 });
  assert.deepEqual(pendingOf(instance), { AllocatedStorage: 10, MasterUserPassword: '****' });
  assert.deepEqual((await api.findOperation(name))?.input, { modification: { masterPassword: true } });
});

test('a password and a class with ApplyImmediately are one modification', async () => {
  const name = await fresh();
  const members = { MasterUserPassword: 'An0therOne', DBInstanceClass: 'db.t3.small', ...NOW };
  assert.equal((await modify(name, members)).DBInstanceStatus, 'modifying');
});

test('attributes change at once and start no operation', async () => {
  const name = await fresh();
  const instance = await modify(name, {
    DeletionProtection: true,
    PreferredBackupWindow: '02:00-03:00',
    PreferredMaintenanceWindow: 'tue:04:00-tue:05:00',
    CopyTagsToSnapshot: true,
    AutoMinorVersionUpgrade: false,
    VpcSecurityGroupIds: ['sg-9'],
    StorageType: 'gp2',
  });
  assert.equal(instance.DBInstanceStatus, 'available');
  assert.equal(instance.DeletionProtection, true);
  assert.equal(instance.PreferredBackupWindow, '02:00-03:00');
  assert.equal(instance.PreferredMaintenanceWindow, 'tue:04:00-tue:05:00');
  assert.equal(instance.CopyTagsToSnapshot, true);
  assert.equal(instance.AutoMinorVersionUpgrade, false);
  assert.deepEqual(instance.VpcSecurityGroups, [{ VpcSecurityGroupId: 'sg-9', Status: 'active' }]);
  assert.equal(instance.StorageType, 'gp2');
  assert.equal(await api.findOperation(name), undefined);
});

test('a modification to the present values changes nothing and is no error', async () => {
  const name = await fresh();
  const same = {
    AllocatedStorage: 5,
    DBInstanceClass: 'db.t2.micro',
    DeletionProtection: false,
    BackupRetentionPeriod: 0,
    MultiAZ: false,
    Engine: 'postgres',
    EngineVersion: '15.18',
    NewDBInstanceIdentifier: name.toUpperCase(),
    DBPortNumber: 5432,
    DBParameterGroupName: 'default.postgres15',
    OptionGroupName: 'default:postgres-15',
    LicenseModel: 'postgresql-license',
    MaxAllocatedStorage: 5,
    Iops: 0,
  };
  for (const when of [{}, NOW, NOW]) {
    const instance = await modify(name, { ...same, ...when });
    assert.equal(instance.DBInstanceStatus, 'available');
    assert.deepEqual(pendingOf(instance), {});
  }
  await modify(name, { EngineVersion: '15' });
  assert.equal(await api.findOperation(name), undefined);
});

test('automated backups are turned on and off at once, with the events of RDS', async () => {
  const name = await fresh();
  const told = async () => {
    const span = { from: new Date(0), to: new Date(), limit: 100 };
    const events = await api.inventory.listEvents({
      ...span,
      sourceType: 'db-instance',
      sourceIdentifier: name,
    });
    return events
      .map(({ eventId }) => eventId)
      .filter((id) => ['RDS-EVENT-0028', 'RDS-EVENT-0032'].includes(id));
  };
  assert.equal((await modify(name, { BackupRetentionPeriod: 7 })).BackupRetentionPeriod, 7);
  assert.equal((await modify(name, { BackupRetentionPeriod: 2 })).BackupRetentionPeriod, 2);
  assert.equal((await modify(name, { CopyTagsToSnapshot: true })).BackupRetentionPeriod, 2);
  assert.deepEqual(await told(), ['RDS-EVENT-0032']);
  const { dbiResourceId } = (await api.inventory.instances.find({ identifier: name })) ?? {};
  const at = new Date('2026-11-26T12:00:00Z');
  await api.inventory.upkeep.noteRestorable(dbiResourceId ?? '', at);
  assert.deepEqual((await modify(name, { BackupRetentionPeriod: 3 })).LatestRestorableTime, at);
  const off = await modify(name, { BackupRetentionPeriod: 0 });
  assert.deepEqual([off.BackupRetentionPeriod, off.LatestRestorableTime], [0, undefined]);
  assert.deepEqual(await told(), ['RDS-EVENT-0032', 'RDS-EVENT-0028']);
  await api.inventory.upkeep.noteRestorable(dbiResourceId ?? '', at);
  assert.equal((await modify(name, { CopyTagsToSnapshot: false })).LatestRestorableTime, undefined);
  assert.equal(await api.findOperation(name), undefined);
});

testRefusals(api, calls);

test('a MaxAllocatedStorage that equals the new size turns autoscaling off', async () => {
  const name = await fresh();
  await modify(name, { AllocatedStorage: 10, MaxAllocatedStorage: 10, ...NOW });
  assert.equal((await api.findOperation(name))?.type, 'modifyDbInstance');
});

test('the modification of a missing instance is DBInstanceNotFound', async () => {
  await assert.rejects(modify('nobody', { AllocatedStorage: 10 }), { code: 'DBInstanceNotFound' });
});

test("every parameter of RDS's ModifyDBInstance is used or refused by name", async () => {
  const name = await fresh();
  const { input, reads } = recordReads({ DBInstanceIdentifier: name, AllocatedStorage: 10, ...NOW });
  await api.call(modifyDBInstance, input);
  // AllowMajorVersionUpgrade is a condition on EngineVersion, which is refused. No certificate needs a restart.
  const known = [...parametersNotOffered, 'AllowMajorVersionUpgrade', 'CertificateRotationRestart'];
  const members = ModifyDBInstanceMessage$[4];
  assert.deepEqual(
    members.filter((member) => !reads.has(member) && !known.includes(member)),
    [],
  );
});

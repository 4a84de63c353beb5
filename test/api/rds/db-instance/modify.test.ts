import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type DBInstance, ModifyDBInstanceMessage$, type ModifyDBInstanceResult } from '@aws-sdk/client-rds';
import { createDBInstance } from '../../../../src/api/rds/db-instance/create.ts';
import { modifyDBInstance } from '../../../../src/api/rds/db-instance/modify.ts';
import { parametersNotOffered } from '../../../../src/api/request/not-offered.ts';
import type { Status } from '../../../../src/model/db-instance/status.ts';
import { startTestApi, WALK_THROUGH } from '../../../support/api/api.ts';
import { recordReads } from '../../../support/record-reads.ts';

const api = await startTestApi();
after(() => api.close());

let count = 0;
/** Creates an instance in this status and returns its name. */
async function fresh(members: object = {}, status: Status = 'available') {
  const name = `fresh${count++}`;
  await api.call(createDBInstance, { ...WALK_THROUGH, DBInstanceIdentifier: name, ...members });
  if (status !== 'creating') await api.finish(name, status);
  return name;
}
async function modify(name: string, members: object): Promise<DBInstance> {
  const input = { DBInstanceIdentifier: name, ...members };
  const { DBInstance } = await api.call<ModifyDBInstanceResult>(modifyDBInstance, input);
  assert.ok(DBInstance);
  return DBInstance;
}
function pendingOf(instance: DBInstance) {
  return JSON.parse(JSON.stringify(instance.PendingModifiedValues));
}
const NOW = { ApplyImmediately: true };

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

for (const members of [{}, NOW, { AllowMajorVersionUpgrade: true }, { AllocatedStorage: undefined }]) {
  test(`a modification without changes is refused: ${JSON.stringify(members)}`, async () => {
    await assert.rejects(modify(await fresh(), members), {
      code: 'InvalidParameterCombination',
      message: 'No modifications were requested',
    });
  });
}

for (const status of ['creating', 'stopped', 'failed'] as const) {
  test(`the protection of an instance in status ${status} can be removed`, async () => {
    const name = await fresh({ DeletionProtection: true }, status);
    const instance = await modify(name, { DeletionProtection: false, ...NOW });
    assert.deepEqual([instance.DeletionProtection, instance.DBInstanceStatus], [false, status]);
  });

  test(`every other change of an instance in status ${status} is refused`, async () => {
    const name = await fresh({}, status);
    for (const members of [
      { MasterUserPassword: 'An0therOne' },
      // A failed instance accepts more storage.
      ...(status === 'failed' ? [] : [{ AllocatedStorage: 10 }]),
      { AllocatedStorage: 5 },
      { CopyTagsToSnapshot: true, DeletionProtection: true },
    ]) {
      await assert.rejects(modify(name, members), { code: 'InvalidDBInstanceState' });
    }
  });
}

test('ApplyImmediately does not apply pending values to an instance that cannot be modified', async () => {
  const name = await fresh();
  await modify(name, { AllocatedStorage: 10 });
  await api.inventory.instances.change({ identifier: name }, { requestId: 'test' }, () => ({
    operation: { type: 'rebootDbInstance' },
  }));
  await assert.rejects(modify(name, NOW), { code: 'InvalidDBInstanceState' });
});

test('a storage type must suit the pending size', async () => {
  const name = await fresh();
  await modify(name, { AllocatedStorage: 4000 });
  await assert.rejects(modify(name, { StorageType: 'standard', ...NOW }), /3072/);
});

test('the protection of an instance in deletion cannot be set', async () => {
  const name = await fresh();
  await api.inventory.instances.change({ identifier: name }, { requestId: 'test' }, () => ({
    operation: { type: 'deleteDbInstance' },
  }));
  await assert.rejects(modify(name, { DeletionProtection: true }), /is already being deleted/);
});

const refusals: [members: object, code: string, words: RegExp][] = [
  [{ AllocatedStorage: 4 }, 'InvalidParameterCombination', /cannot shrink/],
  [{ AllocatedStorage: 65537 }, 'InvalidParameterCombination', /5-65536/],
  [{ DBInstanceClass: 'db.none' }, 'InvalidParameterValue', /Invalid DB Instance class/],
  [{ MasterUserPassword: 'short' }, 'InvalidParameterValue', /shorter than 8/],
  [{ EngineVersion: '15.4' }, 'InvalidParameterValue', /EngineVersion.*upgrades.*15\.18/],
  [{ NewDBInstanceIdentifier: 'other' }, 'InvalidParameterValue', /NewDBInstanceIdentifier.*renaming/],
  [{ DBPortNumber: 6000 }, 'InvalidParameterValue', /DBPortNumber.*5432/],
  [{ Engine: 'mysql' }, 'InvalidParameterValue', /engine/],
  [{ LicenseModel: 'mine' }, 'InvalidParameterValue', /license/],
  [{ BackupRetentionPeriod: 7 }, 'InvalidParameterValue', /BackupRetentionPeriod/],
  [{ MultiAZ: true }, 'InvalidParameterValue', /MultiAZ/],
  [{ RotateMasterUserPassword: true }, 'InvalidParameterValue', /RotateMasterUserPassword/],
  [{ MaxAllocatedStorage: 100 }, 'InvalidParameterValue', /MaxAllocatedStorage/],
  [{ DBParameterGroupName: 'mine' }, 'DBParameterGroupNotFound', /mine/],
  [{ OptionGroupName: 'mine' }, 'OptionGroupNotFoundFault', /mine/],
  [{ StorageType: 'io1' }, 'InvalidParameterCombination', /^The storage type io1 requires iops/],
  [{ StorageType: 'floppy' }, 'StorageTypeNotSupported', /floppy/],
  [{ PreferredBackupWindow: 'noon' }, 'InvalidParameterValue', /backup window format/],
];
for (const [members, code, words] of refusals) {
  test(`a modification with a wrong member is refused as a whole: ${JSON.stringify(members)}`, async () => {
    const name = await fresh();
    const all = { DeletionProtection: true, ...members, ...NOW };
    await assert.rejects(modify(name, all), (error: Error & { code?: string }) => {
      assert.equal(error.code, code);
      assert.match(error.message, words);
      return true;
    });
    const instance = await api.inventory.instances.find({ identifier: name });
    assert.deepEqual([instance?.deletionProtection, instance?.status], [false, 'available']);
  });
}

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
  // AllowMajorVersionUpgrade is a condition on EngineVersion, which is refused.
  const known = [...parametersNotOffered, 'AllowMajorVersionUpgrade'];
  const members = ModifyDBInstanceMessage$[4];
  assert.deepEqual(
    members.filter((member) => !reads.has(member) && !known.includes(member)),
    [],
  );
});

test('an instance in storage-full accepts only changes with more storage', async () => {
  const name = await fresh({}, 'storage-full');
  const full = {
    code: 'InvalidDBInstanceState',
    message: `Instance ${name} is not in available state. Current state: storage-full.`,
  };
  for (const members of [
    { DBInstanceClass: 'db.t3.small' },
    { MasterUserPassword: 'long enough' },
    { PreferredBackupWindow: '01:00-01:30' },
    { AllocatedStorage: 5 },
  ]) {
    await assert.rejects(modify(name, { ...members, ...NOW }), full);
  }
  const later = await modify(name, { AllocatedStorage: 8 });
  assert.deepEqual([later.DBInstanceStatus, pendingOf(later)], ['storage-full', { AllocatedStorage: 8 }]);
  const instance = await modify(name, NOW);
  assert.equal(instance.DBInstanceStatus, 'modifying');
});

test('a failed instance accepts more storage, unless it was never available', async () => {
  const failed = await fresh();
  await api.inventory.instances.change({ identifier: failed }, { requestId: 'test' }, () => ({
    patch: { status: 'failed' },
  }));
  await assert.rejects(modify(failed, { DBInstanceClass: 'db.t3.small', ...NOW }), {
    code: 'InvalidDBInstanceState',
  });
  assert.equal((await modify(failed, { AllocatedStorage: 8, ...NOW })).DBInstanceStatus, 'modifying');
  const never = await fresh({}, 'failed');
  await api.inventory.instances.change({ identifier: never }, { requestId: 'test' }, () => ({
    patch: { availableAt: null },
  }));
  await assert.rejects(modify(never, { AllocatedStorage: 8, ...NOW }), { code: 'InvalidDBInstanceState' });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestApi } from '../../../support/api/api.ts';
import { type ModifyCalls, NOW } from './modify-calls.ts';

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
  [{ BackupRetentionPeriod: -1 }, 'InvalidParameterValue', /backup retention period: -1/],
  [{ MultiAZ: true }, 'InvalidParameterValue', /MultiAZ/],
  [{ RotateMasterUserPassword: true }, 'InvalidParameterValue', /RotateMasterUserPassword/],
  [{ MaxAllocatedStorage: 100 }, 'InvalidParameterValue', /MaxAllocatedStorage/],
  [{ DBParameterGroupName: 'mine' }, 'DBParameterGroupNotFound', /mine/],
  [{ OptionGroupName: 'mine' }, 'OptionGroupNotFoundFault', /mine/],
  [{ StorageType: 'io1' }, 'InvalidParameterCombination', /^The storage type io1 requires iops/],
  [{ StorageType: 'floppy' }, 'StorageTypeNotSupported', /floppy/],
  [{ PreferredBackupWindow: 'noon' }, 'InvalidParameterValue', /backup window format/],
];

/** What ModifyDBInstance refuses, and what it accepts in a status in which it refuses all else. */
export function testRefusals(api: TestApi, { fresh, modify, pendingOf }: ModifyCalls): void {
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

  test('an instance in storage-full accepts only changes with more storage', async () => {
    const name = await fresh({ PreferredMaintenanceWindow: 'tue:04:00-tue:05:00' }, 'storage-full');
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
}

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  type DescribeValidDBInstanceModificationsResult,
  ValidDBInstanceModificationsMessage$,
  ValidStorageOptions$,
} from '@aws-sdk/client-rds';
import { createDBInstance } from '../../../../src/api/rds/db-instance/create.ts';
import { describeValidDBInstanceModifications } from '../../../../src/api/rds/db-instance/describe-valid-modifications.ts';
import { modifyDBInstance } from '../../../../src/api/rds/db-instance/modify.ts';
import { startTestApi, WALK_THROUGH } from '../../../support/api/api.ts';

const api = await startTestApi();
after(() => api.close());
const REFUSED = { code: 'InvalidDBInstanceState', status: 400 };

async function valid(DBInstanceIdentifier: string) {
  const { ValidDBInstanceModificationsMessage } = await api.call<DescribeValidDBInstanceModificationsResult>(
    describeValidDBInstanceModifications,
    { DBInstanceIdentifier },
  );
  assert.ok(ValidDBInstanceModificationsMessage);
  return ValidDBInstanceModificationsMessage;
}
async function make(DBInstanceIdentifier: string, members: object = {}) {
  await api.call(createDBInstance, { ...WALK_THROUGH, DBInstanceIdentifier, ...members });
  await api.finish(DBInstanceIdentifier);
}
function namesOf(schema: { readonly [index: number]: unknown }) {
  return [...(schema[4] as string[])].sort();
}

test('an instance may keep or grow its storage, of every type, with all members', async () => {
  await make('small', { AllocatedStorage: 400 });
  const found = await valid('small');
  assert.deepEqual(Object.keys(found).sort(), namesOf(ValidDBInstanceModificationsMessage$));
  assert.deepEqual(
    found.Storage?.map(({ StorageType, StorageSize }) => [StorageType, StorageSize]),
    [
      ['gp2', [{ From: 400, To: 65536, Step: 1 }]],
      ['gp3', [{ From: 400, To: 65536, Step: 1 }]],
      ['io1', [{ From: 400, To: 65536, Step: 1 }]],
      ['io2', [{ From: 400, To: 65536, Step: 1 }]],
      ['standard', [{ From: 400, To: 3072, Step: 1 }]],
    ],
  );
  for (const option of found.Storage ?? []) {
    assert.deepEqual(Object.keys(option).sort(), namesOf(ValidStorageOptions$));
  }
});

test('the figures are those that ModifyDBInstance takes', async () => {
  await make('figures', { AllocatedStorage: 400 });
  const { Storage = [] } = await valid('figures');
  const [, gp3, io1] = Storage;
  const [iops] = gp3?.ProvisionedIops ?? [];
  const take = (Iops: number | undefined) =>
    api.call(modifyDBInstance, { DBInstanceIdentifier: 'figures', Iops });
  assert.deepEqual(iops, { From: 12000, To: 64000, Step: 1 });
  await take(iops?.To);
  await assert.rejects(take(64001), { code: 'InvalidParameterCombination' });
  assert.deepEqual(gp3?.StorageThroughputToIopsRatio, [{ From: 0, To: 0.25 }]);
  assert.deepEqual(io1?.IopsToStorageRatio, [{ From: 0.5, To: 50 }]);
  assert.deepEqual(Storage[0]?.ProvisionedIops, [{ From: 0, To: 0, Step: 1 }]);
});

test('a type whose largest storage is smaller than the instance is left out', async () => {
  await make('large', { AllocatedStorage: 4000 });
  assert.deepEqual(
    (await valid('large')).Storage?.map(({ StorageType }) => StorageType),
    ['gp2', 'gp3', 'io1', 'io2'],
  );
});

test('an instance is found by identifier in any case, and by ARN', async () => {
  await make('named');
  await valid('NAMED');
  await valid('arn:aws:rds:local:123456789012:db:named');
});

test('an instance that does not exist is an error, a bad identifier another one', async () => {
  await assert.rejects(valid('nobody'), { code: 'DBInstanceNotFound', status: 404 });
  await assert.rejects(valid('-'), { code: 'InvalidParameterValue' });
});

test('an instance that cannot be modified has no valid modification', async () => {
  await api.call(createDBInstance, { ...WALK_THROUGH, DBInstanceIdentifier: 'new' });
  await assert.rejects(valid('new'), REFUSED);
  await api.finish('new', 'stopped');
  await assert.rejects(valid('new'), REFUSED);
});

test('an instance with full storage may grow', async () => {
  await make('full');
  await api.inventory.instances.change({ identifier: 'full' }, { requestId: 'test' }, () => ({
    patch: { status: 'storage-full' },
  }));
  assert.equal((await valid('full')).Storage?.length, 5);
});

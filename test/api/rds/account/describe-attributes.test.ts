import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { AccountAttributesMessage } from '@aws-sdk/client-rds';
import { describeAccountAttributes } from '../../../../src/api/rds/account/describe-attributes.ts';
import { createDBInstance } from '../../../../src/api/rds/db-instance/create.ts';
import { startTestApi, WALK_THROUGH } from '../../../support/api/api.ts';

const api = await startTestApi();
after(() => api.close());

async function quotas() {
  const { AccountQuotas = [] } = await api.call<AccountAttributesMessage>(describeAccountAttributes, {});
  return new Map(AccountQuotas.map(({ AccountQuotaName, Used, Max }) => [AccountQuotaName, [Used, Max]]));
}

test('an empty account uses nothing of any quota', async () => {
  const found = await quotas();
  // Names: AccountQuota of the API reference.
  assert.equal(found.size, 18);
  for (const [name, [used]] of found) assert.equal(used, 0, name);
});

test('instances and their storage count, and have no limit', async () => {
  await api.call(createDBInstance, WALK_THROUGH);
  await api.call(createDBInstance, { ...WALK_THROUGH, DBInstanceIdentifier: 'two', AllocatedStorage: 20 });
  const found = await quotas();
  assert.deepEqual(found.get('DBInstances'), [2, 2147483647]);
  assert.deepEqual(found.get('AllocatedStorage'), [25, 2147483647]);
});

test('what cannot be made has the quota 0', async () => {
  const found = await quotas();
  for (const name of ['DBClusters', 'ReservedDBInstances', 'DBSecurityGroups', 'EventSubscriptions']) {
    assert.deepEqual(found.get(name), [0, 0], name);
  }
});

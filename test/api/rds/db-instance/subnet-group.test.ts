import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { DBInstance, DBInstanceMessage } from '@aws-sdk/client-rds';
import { createDBInstance } from '../../../../src/api/rds/db-instance/create.ts';
import { deleteDBInstance } from '../../../../src/api/rds/db-instance/delete.ts';
import { describeDBInstances } from '../../../../src/api/rds/db-instance/describe.ts';
import { modifyDBInstance } from '../../../../src/api/rds/db-instance/modify.ts';
import { createDBSubnetGroup } from '../../../../src/api/rds/db-subnet-group/create.ts';
import { deleteDBSubnetGroup } from '../../../../src/api/rds/db-subnet-group/delete.ts';
import { modifyDBSubnetGroup } from '../../../../src/api/rds/db-subnet-group/modify.ts';
import { startTestApi, WALK_THROUGH } from '../../../support/api/api.ts';

const api = await startTestApi();
after(() => api.close());

const SubnetIds = ['subnet-1', 'subnet-2'];
for (const DBSubnetGroupName of ['one', 'two', 'short-lived']) {
  await api.call(createDBSubnetGroup, {
    DBSubnetGroupName,
    DBSubnetGroupDescription: 'for tests',
    SubnetIds,
  });
}

async function make(DBInstanceIdentifier: string, members: object = {}): Promise<DBInstance> {
  const input = { ...WALK_THROUGH, DBInstanceIdentifier, ...members };
  const { DBInstance } = await api.call<{ DBInstance: DBInstance }>(createDBInstance, input);
  await api.finish(DBInstanceIdentifier);
  return DBInstance;
}
async function shown(DBInstanceIdentifier: string) {
  const answer = await api.call<DBInstanceMessage>(describeDBInstances, { DBInstanceIdentifier });
  return answer.DBInstances?.[0]?.DBSubnetGroup;
}

test('an instance shows its group, in the answer and afterwards', async () => {
  const { DBSubnetGroup } = await make('in-one', { DBSubnetGroupName: 'ONE' });
  assert.deepEqual(DBSubnetGroup, {
    DBSubnetGroupName: 'one',
    DBSubnetGroupDescription: 'for tests',
    VpcId: 'vpc-default',
    SubnetGroupStatus: 'Complete',
    Subnets: SubnetIds.map((SubnetIdentifier, index) => ({
      SubnetIdentifier,
      SubnetAvailabilityZone: { Name: `local${'ab'[index]}` },
      SubnetOutpost: {},
      SubnetStatus: 'Active',
    })),
    SupportedNetworkTypes: ['IPV4'],
  });
  assert.deepEqual(await shown('in-one'), DBSubnetGroup);
});

test('a change of the group is shown by its instances at once', async () => {
  await make('in-two', { DBSubnetGroupName: 'two' });
  await shown('in-two');
  const changed = { DBSubnetGroupDescription: 'changed', SubnetIds: ['subnet-8', 'subnet-9'] };
  await api.call(modifyDBSubnetGroup, { DBSubnetGroupName: 'two', ...changed });
  const group = await shown('in-two');
  assert.equal(group?.DBSubnetGroupDescription, 'changed');
  assert.equal(group?.Subnets?.[0]?.SubnetIdentifier, 'subnet-8');
});

test('an instance moves to another group and to the default one, at once', async () => {
  await make('mover');
  const { settings: before } = (await api.inventory.instances.find({ identifier: 'mover' })) ?? {};
  for (const DBSubnetGroupName of ['one', 'default', 'one', 'one']) {
    await api.call(modifyDBInstance, { DBInstanceIdentifier: 'mover', DBSubnetGroupName });
    assert.equal((await shown('mover'))?.DBSubnetGroupName, DBSubnetGroupName);
    assert.equal(await api.findOperation('mover'), undefined);
  }
  const { settings } = (await api.inventory.instances.find({ identifier: 'mover' })) ?? {};
  assert.deepEqual(settings, before);
});

test('a group that does not exist is refused', async () => {
  const refusal = { code: 'DBSubnetGroupNotFoundFault', message: "DB subnet group 'Mine' does not exist." };
  await assert.rejects(make('nowhere', { DBSubnetGroupName: 'Mine' }), refusal);
  const input = { DBInstanceIdentifier: 'in-one', DBSubnetGroupName: 'Mine' };
  await assert.rejects(api.call(modifyDBInstance, input), refusal);
});

test('a group with an instance cannot be deleted, and can be after the instance has gone', async () => {
  const group = { DBSubnetGroupName: 'short-lived' };
  await make('tenant', group);
  await assert.rejects(api.call(deleteDBSubnetGroup, group), {
    code: 'InvalidDBSubnetGroupStateFault',
    message:
      "Cannot delete the subnet group 'short-lived' because at least one database instance: tenant is still using it.",
  });
  await api.call(deleteDBInstance, { DBInstanceIdentifier: 'tenant', SkipFinalSnapshot: true });
  await assert.rejects(api.call(deleteDBSubnetGroup, group), { code: 'InvalidDBSubnetGroupStateFault' });
  await api.call(modifyDBSubnetGroup, { ...group, SubnetIds });
});

test('a group that is deleted after the request has read it is refused', async () => {
  await make('late');
  const change = api.inventory.instances.change({ identifier: 'late' }, { requestId: 'test' }, () => ({
    patch: { dbSubnetGroup: { name: 'deleted', description: '', subnetIds: [] } },
  }));
  await assert.rejects(change, { code: 'DBSubnetGroupNotFoundFault' });
});

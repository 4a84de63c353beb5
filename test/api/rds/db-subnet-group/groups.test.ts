import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type DBSubnetGroup, DBSubnetGroup$, type DBSubnetGroupMessage, Subnet$ } from '@aws-sdk/client-rds';
import { createDBSubnetGroup } from '../../../../src/api/rds/db-subnet-group/create.ts';
import { deleteDBSubnetGroup } from '../../../../src/api/rds/db-subnet-group/delete.ts';
import { describeDBSubnetGroups } from '../../../../src/api/rds/db-subnet-group/describe.ts';
import { modifyDBSubnetGroup } from '../../../../src/api/rds/db-subnet-group/modify.ts';
import { addTagsToResource } from '../../../../src/api/rds/tag/add.ts';
import { listTagsForResource } from '../../../../src/api/rds/tag/list.ts';
import { removeTagsFromResource } from '../../../../src/api/rds/tag/remove.ts';
import { startTestApi } from '../../../support/api/api.ts';
import { invocationOf } from '../../../support/invocation.ts';

const api = await startTestApi();
after(() => api.close());

const ARN = 'arn:aws:rds:local:123456789012:subgrp';
const SubnetIds = ['subnet-1', 'subnet-2'];
const NOT_FOUND = { code: 'DBSubnetGroupNotFoundFault', status: 404 };
const BAD_STATE = { code: 'InvalidDBSubnetGroupStateFault', status: 400 };

async function create(DBSubnetGroupName: string, members: object = {}) {
  const input = { DBSubnetGroupName, DBSubnetGroupDescription: 'for tests', SubnetIds, ...members };
  return (await api.call<{ DBSubnetGroup: DBSubnetGroup }>(createDBSubnetGroup, input)).DBSubnetGroup;
}
async function described(input: object = {}) {
  return (await api.call<DBSubnetGroupMessage>(describeDBSubnetGroups, input)).DBSubnetGroups ?? [];
}
async function names(input: object = {}) {
  return (await described(input)).map(({ DBSubnetGroupName }) => DBSubnetGroupName);
}
function namesOf(schema: { readonly [index: number]: unknown }) {
  return [...(schema[4] as string[])].sort();
}

test('a new inventory has the default group, with every member', async () => {
  const [group] = await described();
  assert.deepEqual(group, {
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
    DBSubnetGroupArn: `${ARN}:default`,
  });
  assert.deepEqual(Object.keys(group ?? {}).sort(), namesOf(DBSubnetGroup$));
  assert.deepEqual(Object.keys(group?.Subnets?.[0] ?? {}).sort(), namesOf(Subnet$));
});

test('a group is answered and described as it was made', async () => {
  const made = await create('Made', { Tags: [{ Key: 'team', Value: 'data' }] });
  assert.deepEqual(
    [made.DBSubnetGroupName, made.DBSubnetGroupDescription, made.DBSubnetGroupArn],
    ['made', 'for tests', `${ARN}:made`],
  );
  assert.deepEqual(
    made.Subnets?.map((each) => [each.SubnetIdentifier, each.SubnetAvailabilityZone?.Name]),
    [
      ['subnet-1', 'locala'],
      ['subnet-2', 'localb'],
    ],
  );
  for (const DBSubnetGroupName of ['made', 'MADE', `${ARN}:made`]) {
    assert.deepEqual(await described({ DBSubnetGroupName }), [made]);
  }
  assert.deepEqual(await names(), ['default', 'made']);
});

test('a retry of the call gets the first answer', async () => {
  const invocation = invocationOf('create-group');
  const input = { DBSubnetGroupName: 'once', DBSubnetGroupDescription: 'x', SubnetIds };
  const first = await api.call(createDBSubnetGroup, input, invocation);
  assert.deepEqual(await api.inventory.invocations.findAnswer(invocation), { result: first });
});

test('a name that is taken is refused, in any case', async () => {
  await create('taken');
  await assert.rejects(create('TAKEN'), {
    code: 'DBSubnetGroupAlreadyExists',
    status: 400,
    message: "The DB subnet group 'taken' already exists.",
  });
});

for (const [members, code] of [
  [{ DBSubnetGroupName: 'default' }, 'InvalidParameterValue'],
  [{ DBSubnetGroupName: '1st' }, 'InvalidParameterValue'],
  [{ DBSubnetGroupDescription: 'a\u0000b' }, 'InvalidParameterValue'],
  [{ DBSubnetGroupDescription: 'x'.repeat(256) }, 'InvalidParameterValue'],
  [{ SubnetIds: ['x', 'y'] }, 'InvalidParameterValue'],
  [{ SubnetIds: ['subnet-1'] }, 'DBSubnetGroupDoesNotCoverEnoughAZs'],
  [{ Tags: [{ Key: 'aws:x', Value: '' }] }, 'InvalidParameterValue'],
] as const) {
  test(`a create is refused: ${JSON.stringify(members).slice(0, 60)}`, async () => {
    await assert.rejects(create('bad', members), { code });
    await assert.rejects(described({ DBSubnetGroupName: 'bad' }), NOT_FOUND);
  });
}

test('a modification replaces subnets and description', async () => {
  await create('changed');
  const DBSubnetGroupName = 'Changed';
  const input = { DBSubnetGroupName, DBSubnetGroupDescription: 'new', SubnetIds: ['subnet-3', 'subnet-4'] };
  const { DBSubnetGroup } = await api.call<{ DBSubnetGroup: DBSubnetGroup }>(modifyDBSubnetGroup, input);
  assert.equal(DBSubnetGroup.DBSubnetGroupDescription, 'new');
  assert.deepEqual(
    DBSubnetGroup.Subnets?.map(({ SubnetIdentifier }) => SubnetIdentifier),
    ['subnet-3', 'subnet-4'],
  );
  assert.deepEqual(await described({ DBSubnetGroupName }), [DBSubnetGroup]);
  await api.call(modifyDBSubnetGroup, { DBSubnetGroupName, SubnetIds });
  assert.equal((await described({ DBSubnetGroupName }))[0]?.DBSubnetGroupDescription, 'new');
});

test('a group is deleted, and is then not found', async () => {
  await create('gone');
  await api.call(deleteDBSubnetGroup, { DBSubnetGroupName: 'gone' });
  await assert.rejects(described({ DBSubnetGroupName: 'gone' }), {
    ...NOT_FOUND,
    message: "DB subnet group 'gone' does not exist.",
  });
  await create('gone');
});

test('the default group stays as it is', async () => {
  const input = { DBSubnetGroupName: 'default', SubnetIds };
  for (const action of [modifyDBSubnetGroup, deleteDBSubnetGroup]) {
    await assert.rejects(api.call(action, input), BAD_STATE);
  }
  await assert.rejects(
    api.call(addTagsToResource, { ResourceName: `${ARN}:default`, Tags: [{ Key: 'a', Value: '' }] }),
    BAD_STATE,
  );
  assert.deepEqual(await api.call(listTagsForResource, { ResourceName: `${ARN}:default` }), { TagList: [] });
});

for (const DBSubnetGroupName of ['nobody', 'arn:aws:rds:local:123456789012:pg:made']) {
  test(`${DBSubnetGroupName} is not found by any action`, async () => {
    for (const action of [describeDBSubnetGroups, modifyDBSubnetGroup, deleteDBSubnetGroup]) {
      await assert.rejects(api.call(action, { DBSubnetGroupName, SubnetIds }), NOT_FOUND);
    }
  });
}

test('tags of a group are added, listed and removed', async () => {
  await create('tagged', { Tags: [{ Key: 'team', Value: 'data' }] });
  const ResourceName = `${ARN}:tagged`;
  await api.call(addTagsToResource, { ResourceName, Tags: [{ Key: 'stage', Value: 'dev' }] });
  await api.call(removeTagsFromResource, { ResourceName, TagKeys: ['team'] });
  assert.deepEqual(await api.call(listTagsForResource, { ResourceName }), {
    TagList: [{ Key: 'stage', Value: 'dev' }],
  });
  await assert.rejects(api.call(listTagsForResource, { ResourceName: `${ARN}:nobody` }), NOT_FOUND);
});

for (const input of [
  { Filters: [{ Name: 'x', Values: ['y'] }] },
  { MaxRecords: 19 },
  { MaxRecords: 101 },
  { Marker: 'x' },
]) {
  test(`a describe is refused: ${JSON.stringify(input)}`, async () => {
    await assert.rejects(described(input), { code: 'InvalidParameterValue' });
  });
}

test('50 groups can be made, of several requests at once, and pages lead through them', async () => {
  const missing = 50 - (await names()).length + 1;
  const made = await Promise.allSettled(
    Array.from({ length: missing + 3 }, (_, index) => create(`many${String(index).padStart(2, '0')}`)),
  );
  const refused = made.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []));
  assert.deepEqual(
    refused,
    Array.from({ length: 3 }, () => 'DBSubnetGroupQuotaExceeded'),
  );

  const first = await api.call<DBSubnetGroupMessage>(describeDBSubnetGroups, { MaxRecords: 20 });
  const second = await names({ MaxRecords: 100, Marker: first.Marker });
  assert.equal((first.DBSubnetGroups?.length ?? 0) + second.length, 51);
});

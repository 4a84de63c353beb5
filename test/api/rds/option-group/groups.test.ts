import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { OptionGroup$, type OptionGroups, type OptionGroup as WireOptionGroup } from '@aws-sdk/client-rds';
import type { Action } from '../../../../src/api/action.ts';
import { copyOptionGroup } from '../../../../src/api/rds/option-group/copy.ts';
import { createOptionGroup } from '../../../../src/api/rds/option-group/create.ts';
import { deleteOptionGroup } from '../../../../src/api/rds/option-group/delete.ts';
import { describeOptionGroups } from '../../../../src/api/rds/option-group/describe.ts';
import { modifyOptionGroup } from '../../../../src/api/rds/option-group/modify.ts';
import { addTagsToResource } from '../../../../src/api/rds/tag/add.ts';
import { listTagsForResource } from '../../../../src/api/rds/tag/list.ts';
import { removeTagsFromResource } from '../../../../src/api/rds/tag/remove.ts';
import { startTestApi } from '../../../support/api/api.ts';
import { invocationOf } from '../../../support/invocation.ts';

const api = await startTestApi(['15.18', '14.23', '15.4']);
after(() => api.close());

const ARN = 'arn:aws:rds:local:123456789012:og';
const NOT_FOUND = { code: 'OptionGroupNotFoundFault', status: 404 };
const BAD_STATE = { code: 'InvalidOptionGroupStateFault', status: 400 };
const DEFAULTS = ['default:postgres-14', 'default:postgres-15'];

async function made(action: Action, input: object): Promise<WireOptionGroup> {
  return (await api.call<{ OptionGroup: WireOptionGroup }>(action, input)).OptionGroup;
}
function create(OptionGroupName: string, members: object = {}) {
  const input = { EngineName: 'postgres', MajorEngineVersion: '15', OptionGroupDescription: 'for tests' };
  return made(createOptionGroup, { OptionGroupName, ...input, ...members });
}
function copy(
  SourceOptionGroupIdentifier: string,
  TargetOptionGroupIdentifier: string,
  members: object = {},
) {
  const input = { SourceOptionGroupIdentifier, TargetOptionGroupIdentifier };
  return made(copyOptionGroup, { ...input, TargetOptionGroupDescription: 'a copy', ...members });
}
async function described(input: object = {}) {
  return (await api.call<OptionGroups>(describeOptionGroups, input)).OptionGroupsList ?? [];
}
async function names(input: object = {}) {
  return (await described(input)).map(({ OptionGroupName }) => OptionGroupName);
}

test('a new inventory has the default group of each major version', async () => {
  assert.deepEqual(await names(), DEFAULTS);
  const [group] = await described({ OptionGroupName: 'default:postgres-15' });
  assert.deepEqual(group, {
    OptionGroupName: 'default:postgres-15',
    OptionGroupDescription: 'Default option group for postgres 15',
    EngineName: 'postgres',
    MajorEngineVersion: '15',
    Options: [],
    AllowsVpcAndNonVpcInstanceMemberships: true,
    OptionGroupArn: `${ARN}:default:postgres-15`,
  });
});

test('a group is answered and described as it was made', async () => {
  const group = await create('Made', { MajorEngineVersion: '14', Tags: [{ Key: 'team', Value: 'data' }] });
  assert.deepEqual(
    [group.OptionGroupName, group.MajorEngineVersion, group.OptionGroupDescription, group.OptionGroupArn],
    ['made', '14', 'for tests', `${ARN}:made`],
  );
  for (const OptionGroupName of ['made', 'MADE', `${ARN}:made`]) {
    assert.deepEqual(await described({ OptionGroupName }), [group]);
  }
  assert.deepEqual(await api.call(listTagsForResource, { ResourceName: `${ARN}:made` }), {
    TagList: [{ Key: 'team', Value: 'data' }],
  });
});

test('a copy has every member of OptionGroup but the VPC, to which no group is bound', async () => {
  await create('original', { MajorEngineVersion: '14' });
  const group = await copy(`${ARN}:original`, 'Copy');
  assert.deepEqual(
    [group.OptionGroupName, group.MajorEngineVersion, group.OptionGroupDescription, group.SourceOptionGroup],
    ['copy', '14', 'a copy', 'original'],
  );
  assert.equal(group.SourceAccountId, '123456789012');
  assert.ok(group.CopyTimestamp instanceof Date);
  const members = (OptionGroup$[4] as string[]).filter((name) => name !== 'VpcId');
  assert.deepEqual(Object.keys(group).sort(), members.sort());
  assert.equal((await copy('default:postgres-15', 'of-default')).MajorEngineVersion, '15');
  await assert.rejects(copy('nobody', 'x'), { ...NOT_FOUND, message: /nobody/ });
  await assert.rejects(copy('original', '-x'), { code: 'InvalidParameterValue' });
});

test('a retry of the call gets the first answer', async () => {
  const invocation = invocationOf('create-option-group');
  const input = { OptionGroupName: 'once', EngineName: 'postgres', MajorEngineVersion: '15' };
  const first = await api.call(createOptionGroup, { ...input, OptionGroupDescription: 'x' }, invocation);
  assert.deepEqual(await api.inventory.invocations.findAnswer(invocation), { result: first });
});

test('a name that is taken is refused, in any case', async () => {
  await create('taken');
  const refusal = {
    code: 'OptionGroupAlreadyExistsFault',
    status: 400,
    message: 'An option group named taken already exists.',
  };
  await assert.rejects(create('TAKEN'), refusal);
  await assert.rejects(copy('taken', 'taken'), refusal);
});

for (const [members, code] of [
  [{ OptionGroupName: 'a--b' }, 'InvalidParameterValue'],
  [{ EngineName: 'mysql' }, 'InvalidParameterValue'],
  [{ MajorEngineVersion: '99' }, 'InvalidParameterCombination'],
  [{ MajorEngineVersion: '15.18' }, 'InvalidParameterCombination'],
  [{ OptionGroupDescription: 'a\u0000b' }, 'InvalidParameterValue'],
  [{ Tags: [{ Key: 'aws:x', Value: '' }] }, 'InvalidParameterValue'],
] as const) {
  test(`a create is refused: ${JSON.stringify(members)}`, async () => {
    await assert.rejects(create('bad', members), { code });
    await assert.rejects(described({ OptionGroupName: 'bad' }), NOT_FOUND);
  });
}

test('a group is deleted, and is then not found', async () => {
  await create('gone');
  await api.call(deleteOptionGroup, { OptionGroupName: 'Gone' });
  await assert.rejects(described({ OptionGroupName: 'gone' }), {
    ...NOT_FOUND,
    message: 'Specified OptionGroupName: gone not found.',
  });
});

test('PostgreSQL has no options that a modification could include or remove', async () => {
  const OptionGroupName = 'taken';
  for (const [options, code] of [
    [{}, 'InvalidParameterCombination'],
    [{ OptionsToInclude: [{ OptionName: 'TDE' }] }, 'InvalidParameterValue'],
    [{ OptionsToRemove: ['TDE'] }, 'InvalidParameterValue'],
  ] as const) {
    await assert.rejects(api.call(modifyOptionGroup, { OptionGroupName, ...options }), { code });
  }
});

test('a default group stays as it is', async () => {
  const OptionGroupName = 'default:postgres-15';
  for (const action of [modifyOptionGroup, deleteOptionGroup]) {
    await assert.rejects(api.call(action, { OptionGroupName, OptionsToRemove: ['x'] }), BAD_STATE);
  }
  const ResourceName = `${ARN}:${OptionGroupName}`;
  await assert.rejects(api.call(addTagsToResource, { ResourceName, Tags: [] }), BAD_STATE);
  assert.deepEqual(await api.call(listTagsForResource, { ResourceName }), { TagList: [] });
});

for (const OptionGroupName of ['nobody', 'default:postgres-99', 'arn:aws:rds:local:123456789012:pg:made']) {
  test(`${OptionGroupName} is not found by any action`, async () => {
    for (const action of [describeOptionGroups, modifyOptionGroup, deleteOptionGroup]) {
      await assert.rejects(api.call(action, { OptionGroupName }), NOT_FOUND);
    }
  });
}

test('tags of a group are added, listed and removed', async () => {
  const ResourceName = `${ARN}:taken`;
  await api.call(addTagsToResource, { ResourceName, Tags: [{ Key: 'a', Value: '1' }] });
  await api.call(addTagsToResource, { ResourceName, Tags: [{ Key: 'b', Value: '2' }] });
  await api.call(removeTagsFromResource, { ResourceName, TagKeys: ['a'] });
  assert.deepEqual(await api.call(listTagsForResource, { ResourceName }), {
    TagList: [{ Key: 'b', Value: '2' }],
  });
  await assert.rejects(api.call(listTagsForResource, { ResourceName: `${ARN}:nobody` }), NOT_FOUND);
});

for (const [input, expected] of [
  [{ EngineName: 'postgres', MajorEngineVersion: '14' }, ['copy', 'default:postgres-14', 'made', 'original']],
  [{ EngineName: 'postgres', MajorEngineVersion: '99' }, []],
  [{ EngineName: 'mysql' }, []],
] as const) {
  test(`groups by ${JSON.stringify(input)}`, async () => assert.deepEqual(await names(input), expected));
}

for (const [input, code] of [
  [{ OptionGroupName: 'made', EngineName: 'postgres' }, 'InvalidParameterCombination'],
  [{ MajorEngineVersion: '15' }, 'InvalidParameterCombination'],
  [{ EngineName: 'postgresql' }, 'InvalidParameterValue'],
  [{ Filters: [{ Name: 'x', Values: ['y'] }] }, 'InvalidParameterValue'],
  [{ MaxRecords: 19 }, 'InvalidParameterValue'],
  [{ MaxRecords: 101 }, 'InvalidParameterValue'],
  [{ Marker: 'x' }, 'InvalidParameterValue'],
] as const) {
  test(`a describe is refused: ${JSON.stringify(input)}`, async () => {
    await assert.rejects(described(input), { code });
  });
}

test('20 groups can be made, of several requests at once, and pages lead through them', async () => {
  const missing = 20 - ((await names()).length - DEFAULTS.length);
  const results = await Promise.allSettled(
    Array.from({ length: missing + 2 }, (_, index) => create(`many${index}`)),
  );
  const refused = results.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []));
  assert.deepEqual(refused, ['OptionGroupQuotaExceededFault', 'OptionGroupQuotaExceededFault']);

  const first = await api.call<OptionGroups>(describeOptionGroups, { MaxRecords: 20 });
  assert.equal(first.OptionGroupsList?.length, 20);
  assert.equal((await names({ Marker: first.Marker })).length, 2);
});

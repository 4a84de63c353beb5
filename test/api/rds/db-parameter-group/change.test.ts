import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type {
  CreateDBParameterGroupResult,
  DBInstanceMessage,
  DBParameterGroupNameMessage,
  DBParameterGroupsMessage,
  ListTagsForResourceCommandOutput,
} from '@aws-sdk/client-rds';
import { createDBInstance } from '../../../../src/api/rds/db-instance/create.ts';
import { deleteDBInstance } from '../../../../src/api/rds/db-instance/delete.ts';
import { describeDBInstances } from '../../../../src/api/rds/db-instance/describe.ts';
import { modifyDBInstance } from '../../../../src/api/rds/db-instance/modify.ts';
import { copyDBParameterGroup } from '../../../../src/api/rds/db-parameter-group/copy.ts';
import { createDBParameterGroup } from '../../../../src/api/rds/db-parameter-group/create.ts';
import { deleteDBParameterGroup } from '../../../../src/api/rds/db-parameter-group/delete.ts';
import { describeDBParameterGroups } from '../../../../src/api/rds/db-parameter-group/describe.ts';
import { modifyDBParameterGroup } from '../../../../src/api/rds/db-parameter-group/modify.ts';
import { resetDBParameterGroup } from '../../../../src/api/rds/db-parameter-group/reset.ts';
import { addTagsToResource } from '../../../../src/api/rds/tag/add.ts';
import { listTagsForResource } from '../../../../src/api/rds/tag/list.ts';
import { startTestApi, WALK_THROUGH } from '../../../support/api/api.ts';

const api = await startTestApi(['15.18', '14.23']);
after(() => api.close());

let count = 0;

/** Makes a group under a name of its own. @returns the name */
async function makeGroup(input: object = {}): Promise<string> {
  count += 1;
  const name = `group-${count}`;
  await api.call(createDBParameterGroup, {
    DBParameterGroupName: name,
    DBParameterGroupFamily: 'postgres15',
    Description: 'mine',
    ...input,
  });
  return name;
}

function modify(DBParameterGroupName: string, ...parameters: (readonly [string, string, string?])[]) {
  const Parameters = parameters.map(([ParameterName, ParameterValue, ApplyMethod]) => ({
    ParameterName,
    ParameterValue,
    ApplyMethod,
  }));
  return api.call<DBParameterGroupNameMessage>(modifyDBParameterGroup, { DBParameterGroupName, Parameters });
}

/** Makes an available instance under a name of its own. @returns the name */
async function makeInstance(input: object): Promise<string> {
  count += 1;
  const DBInstanceIdentifier = `test${count}`;
  await api.call(createDBInstance, { ...WALK_THROUGH, DBInstanceIdentifier, ...input });
  await api.finish(DBInstanceIdentifier);
  return DBInstanceIdentifier;
}

async function groupOf(DBInstanceIdentifier: string) {
  const { DBInstances } = await api.call<DBInstanceMessage>(describeDBInstances, { DBInstanceIdentifier });
  return DBInstances?.[0]?.DBParameterGroups;
}

test('a new group is answered, listed and found, with its tags', async () => {
  const { DBParameterGroup } = await api.call<CreateDBParameterGroupResult>(createDBParameterGroup, {
    DBParameterGroupName: 'Mine',
    DBParameterGroupFamily: 'postgres16',
    Description: 'for tests',
    Tags: [{ Key: 'a', Value: 'b' }],
  });
  const DBParameterGroupArn = 'arn:aws:rds:local:123456789012:pg:mine';
  assert.deepEqual(DBParameterGroup, {
    DBParameterGroupName: 'mine',
    DBParameterGroupFamily: 'postgres16',
    Description: 'for tests',
    DBParameterGroupArn,
  });
  const { DBParameterGroups } = await api.call<DBParameterGroupsMessage>(describeDBParameterGroups, {});
  assert.ok(DBParameterGroups?.some(({ DBParameterGroupName }) => DBParameterGroupName === 'mine'));
  await api.call(addTagsToResource, { ResourceName: DBParameterGroupArn, Tags: [{ Key: 'c', Value: 'd' }] });
  const { TagList } = await api.call<ListTagsForResourceCommandOutput>(listTagsForResource, {
    ResourceName: DBParameterGroupArn,
  });
  assert.deepEqual(TagList, [
    { Key: 'a', Value: 'b' },
    { Key: 'c', Value: 'd' },
  ]);
});

for (const [input, code, message] of [
  [{ DBParameterGroupName: 'default.mine' }, 'InvalidParameterValue', /not a valid identifier/],
  [{ DBParameterGroupName: 'a--b' }, 'InvalidParameterValue', /not a valid identifier/],
  [
    { DBParameterGroupFamily: 'postgres12' },
    'InvalidParameterValue',
    /postgres12 is not a valid parameter group/,
  ],
  [{ DBParameterGroupFamily: 'mysql8.0' }, 'InvalidParameterValue', /not a valid parameter group family/],
  [{ Description: undefined }, 'InvalidParameterValue', /Description/],
] as const) {
  test(`no group is made with ${JSON.stringify(input)}`, async () => {
    const good = { DBParameterGroupName: 'x', DBParameterGroupFamily: 'postgres15', Description: 'x' };
    await assert.rejects(api.call(createDBParameterGroup, { ...good, ...input }), { code, message });
  });
}

test('a name is taken once', async () => {
  const name = await makeGroup();
  await assert.rejects(
    api.call(createDBParameterGroup, {
      DBParameterGroupName: name.toUpperCase(),
      DBParameterGroupFamily: 'postgres15',
      Description: 'x',
    }),
    { code: 'DBParameterGroupAlreadyExists', message: `Parameter group ${name} already exists` },
  );
});

test('a copy has the parameters of its source and its own tags', async () => {
  const source = await makeGroup({ Tags: [{ Key: 'a', Value: 'b' }] });
  await modify(source, ['work_mem', '9999']);
  await api.call(copyDBParameterGroup, {
    SourceDBParameterGroupIdentifier: `arn:aws:rds:local:123456789012:pg:${source}`,
    TargetDBParameterGroupIdentifier: 'the-copy',
    TargetDBParameterGroupDescription: 'a copy',
  });
  const copy = await api.inventory.parameterGroups.find('the-copy');
  assert.equal(copy?.parameters.work_mem?.value, '9999');
  assert.deepEqual(copy?.tags, []);
});

test('a default group is neither copied, changed, tagged nor deleted', async () => {
  const DBParameterGroupName = 'default.postgres15';
  await assert.rejects(modify(DBParameterGroupName, ['work_mem', '64']), {
    code: 'InvalidParameterValue',
    message: 'Cannot modify a default parameter group.',
  });
  await assert.rejects(api.call(resetDBParameterGroup, { DBParameterGroupName }), {
    code: 'InvalidParameterValue',
  });
  await assert.rejects(api.call(deleteDBParameterGroup, { DBParameterGroupName }), {
    code: 'InvalidDBParameterGroupState',
    message: 'Default DBParameterGroup cannot be deleted: default.postgres15',
  });
  const copy = {
    SourceDBParameterGroupIdentifier: DBParameterGroupName,
    TargetDBParameterGroupIdentifier: 'x',
    TargetDBParameterGroupDescription: 'x',
  };
  await assert.rejects(api.call(copyDBParameterGroup, copy), { code: 'InvalidParameterValue' });
});

/** The messages of the group's events, the oldest first. */
async function eventsOf(name: string): Promise<string[]> {
  const range = { from: new Date(0), to: new Date(Date.now() + 60_000) };
  const events = await api.inventory.listEvents({ ...range, sourceIdentifier: name, limit: 20 });
  assert.ok(events.every(({ sourceType }) => sourceType === 'db-parameter-group'));
  return events.map(({ message }) => message);
}

test('every change of a parameter is an event of its group, and a call that changes nothing is none', async () => {
  const DBParameterGroupName = await makeGroup();
  const reset = (input: object) => api.call(resetDBParameterGroup, { DBParameterGroupName, ...input });
  const set = 'Updated parameter work_mem to 9999 with apply method immediate';
  await modify(DBParameterGroupName, ['work_mem', '9999', 'immediate']);
  await modify(DBParameterGroupName, ['work_mem', '9999', 'immediate']);
  assert.deepEqual(await eventsOf(DBParameterGroupName), [set]);
  await reset({ ResetAllParameters: true });
  await reset({ ResetAllParameters: true });
  await reset({
    Parameters: [
      { ParameterName: 'work_mem', ApplyMethod: 'immediate' },
      { ParameterName: 'autovacuum', ApplyMethod: 'immediate' },
    ],
  });
  assert.deepEqual(await eventsOf(DBParameterGroupName), [
    set,
    'Updated parameter work_mem to its default with apply method immediate',
  ]);
  await reset({ Parameters: [{ ParameterName: 'work_mem', ApplyMethod: 'pending-reboot' }] });
  assert.equal((await eventsOf(DBParameterGroupName)).length, 3, 'another method is a change');
});

test('two concurrent modifications of one group keep the parameters of both', async () => {
  const name = await makeGroup();
  await Promise.all([modify(name, ['work_mem', '9999']), modify(name, ['autovacuum', '0'])]);
  const group = await api.inventory.parameterGroups.find(name);
  assert.deepEqual(Object.keys(group?.parameters ?? {}).sort(), ['autovacuum', 'work_mem']);
});

test('an instance is made with a group, which cannot be deleted before the instance', async () => {
  const DBParameterGroupName = await makeGroup();
  await modify(DBParameterGroupName, ['max_connections', '50']);
  const DBInstanceIdentifier = await makeInstance({ DBParameterGroupName });
  assert.deepEqual(await groupOf(DBInstanceIdentifier), [
    { DBParameterGroupName, ParameterApplyStatus: 'in-sync' },
  ]);
  await assert.rejects(api.call(deleteDBParameterGroup, { DBParameterGroupName }), {
    code: 'InvalidDBParameterGroupState',
    message: `One or more database instances are still members of this parameter group ${DBParameterGroupName}, so the group cannot be deleted`,
  });
  await api.call(deleteDBInstance, { DBInstanceIdentifier, SkipFinalSnapshot: true });
  const operation = await api.findOperation(DBInstanceIdentifier);
  await api.inventory.operations.forget({ operationId: operation?.id ?? '' }, []);
  await api.call(deleteDBParameterGroup, { DBParameterGroupName });
  assert.equal(await api.inventory.parameterGroups.find(DBParameterGroupName), undefined);
});

test('a static parameter of an instance waits for its reboot, and its reset takes that back', async () => {
  const DBParameterGroupName = await makeGroup();
  const identifier = await makeInstance({ DBParameterGroupName });
  await modify(DBParameterGroupName, ['max_connections', '50']);
  assert.equal((await groupOf(identifier))?.[0]?.ParameterApplyStatus, 'pending-reboot');
  await api.call(resetDBParameterGroup, { DBParameterGroupName, ResetAllParameters: true });
  assert.equal((await groupOf(identifier))?.[0]?.ParameterApplyStatus, 'in-sync');
});

test('another group waits for the reboot, and the list shows it at once', async () => {
  const DBParameterGroupName = await makeGroup();
  const DBInstanceIdentifier = await makeInstance({});
  assert.deepEqual(await groupOf(DBInstanceIdentifier), [
    { DBParameterGroupName: 'default.postgres15', ParameterApplyStatus: 'in-sync' },
  ]);
  await api.call(modifyDBInstance, { DBInstanceIdentifier, DBParameterGroupName });
  assert.deepEqual(await groupOf(DBInstanceIdentifier), [
    { DBParameterGroupName, ParameterApplyStatus: 'pending-reboot' },
  ]);
  await api.call(modifyDBInstance, { DBInstanceIdentifier, DBParameterGroupName: 'default.postgres15' });
  assert.deepEqual(await groupOf(DBInstanceIdentifier), [
    { DBParameterGroupName: 'default.postgres15', ParameterApplyStatus: 'in-sync' },
  ]);
});

test('what is set in a group after an instance has chosen it is applied, also where the choice is sent again', async () => {
  const DBParameterGroupName = await makeGroup();
  await modify(DBParameterGroupName, ['work_mem', '9999']);
  const DBInstanceIdentifier = await makeInstance({});
  const choose = () => api.call(modifyDBInstance, { DBInstanceIdentifier, DBParameterGroupName });
  const status = async () => (await groupOf(DBInstanceIdentifier))?.[0]?.ParameterApplyStatus;
  await choose();
  assert.equal(await status(), 'pending-reboot');
  await modify(DBParameterGroupName, ['autovacuum', '0']);
  await choose();
  assert.equal(await status(), 'applying');
  const { type } = (await api.findOperation(DBInstanceIdentifier)) ?? {};
  assert.equal(type, 'applyDbParameters');
});

test('an instance takes no group of another family, and none that does not exist', async () => {
  const DBParameterGroupName = await makeGroup({ DBParameterGroupFamily: 'postgres14' });
  const DBInstanceIdentifier = await makeInstance({});
  for (const action of [createDBInstance, modifyDBInstance]) {
    const input = action === createDBInstance ? WALK_THROUGH : { DBInstanceIdentifier };
    await assert.rejects(api.call(action, { ...input, DBParameterGroupName }), {
      code: 'InvalidParameterCombination',
      message: /with DBParameterGroupFamily postgres14 cannot be used for this instance/,
    });
    await assert.rejects(api.call(action, { ...input, DBParameterGroupName: 'nothing' }), {
      code: 'DBParameterGroupNotFound',
    });
  }
});

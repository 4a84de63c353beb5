import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { DBInstance, DBInstanceMessage } from '@aws-sdk/client-rds';
import { createDBInstance } from '../../../../src/api/rds/db-instance/create.ts';
import { describeDBInstances } from '../../../../src/api/rds/db-instance/describe.ts';
import { modifyDBInstance } from '../../../../src/api/rds/db-instance/modify.ts';
import { createOptionGroup } from '../../../../src/api/rds/option-group/create.ts';
import { deleteOptionGroup } from '../../../../src/api/rds/option-group/delete.ts';
import { startTestApi, WALK_THROUGH } from '../../../support/api/api.ts';

const api = await startTestApi();
after(() => api.close());

for (const [OptionGroupName, MajorEngineVersion] of [
  ['fifteen', '15'],
  ['fourteen', '14'],
]) {
  const rest = { EngineName: 'postgres', OptionGroupDescription: 'for tests', MajorEngineVersion };
  await api.call(createOptionGroup, { OptionGroupName, ...rest });
}
async function make(DBInstanceIdentifier: string, members: object = {}): Promise<DBInstance> {
  const input = { ...WALK_THROUGH, DBInstanceIdentifier, ...members };
  const { DBInstance } = await api.call<{ DBInstance: DBInstance }>(createDBInstance, input);
  await api.finish(DBInstanceIdentifier);
  return DBInstance;
}
async function shown(DBInstanceIdentifier: string) {
  const answer = await api.call<DBInstanceMessage>(describeDBInstances, { DBInstanceIdentifier });
  return answer.DBInstances?.[0]?.OptionGroupMemberships;
}
function membership(OptionGroupName: string) {
  return [{ OptionGroupName, Status: 'in-sync' }];
}

test('an instance shows its group, in the answer and afterwards', async () => {
  const { OptionGroupMemberships } = await make('member', { OptionGroupName: 'Fifteen' });
  assert.deepEqual(OptionGroupMemberships, membership('fifteen'));
  assert.deepEqual(await shown('member'), membership('fifteen'));
});

test('an instance gets another group and the default one, at once', async () => {
  await make('mover');
  for (const OptionGroupName of ['fifteen', 'default:postgres-15', 'fifteen', 'fifteen']) {
    await api.call(modifyDBInstance, { DBInstanceIdentifier: 'mover', OptionGroupName });
    assert.deepEqual(await shown('mover'), membership(OptionGroupName));
    assert.equal(await api.findOperation('mover'), undefined);
  }
});

for (const [OptionGroupName, code] of [
  ['nobody', 'OptionGroupNotFoundFault'],
  ['default:postgres-99', 'OptionGroupNotFoundFault'],
  ['fourteen', 'InvalidParameterCombination'],
  ['default:postgres-14', 'InvalidParameterCombination'],
] as const) {
  test(`the group ${OptionGroupName} is refused with ${code}`, async () => {
    await assert.rejects(make('refused', { OptionGroupName }), { code });
    const input = { DBInstanceIdentifier: 'member', OptionGroupName };
    await assert.rejects(api.call(modifyDBInstance, input), { code });
  });
}

test('a group that an instance has cannot be deleted', async () => {
  await assert.rejects(api.call(deleteOptionGroup, { OptionGroupName: 'fifteen' }), {
    code: 'InvalidOptionGroupStateFault',
    message: "The option group 'fifteen' cannot be deleted because it is in use.",
  });
  await api.call(deleteOptionGroup, { OptionGroupName: 'fourteen' });
});

test('a group that is deleted after the request has read it is refused', async () => {
  await make('late');
  const change = api.inventory.instances.change({ identifier: 'late' }, { requestId: 'test' }, () => ({
    patch: { optionGroupName: 'deleted' },
  }));
  await assert.rejects(change, { code: 'OptionGroupNotFoundFault' });
});

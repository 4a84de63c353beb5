import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { RebootDBInstanceResult } from '@aws-sdk/client-rds';
import { createDBInstance } from '../../../../src/api/rds/db-instance/create.ts';
import { rebootDBInstance } from '../../../../src/api/rds/db-instance/reboot.ts';
import { startDBInstance } from '../../../../src/api/rds/db-instance/start.ts';
import { stopDBInstance } from '../../../../src/api/rds/db-instance/stop.ts';
import { startTestApi, WALK_THROUGH } from '../../../support/api/api.ts';

const api = await startTestApi();
after(() => api.close());

before(async () => {
  for (const [name, status] of [
    ['up', 'available'],
    ['down', 'stopped'],
  ] as const) {
    await api.call(createDBInstance, { ...WALK_THROUGH, DBInstanceIdentifier: name });
    await api.finish(name, status);
  }
});

for (const [action, name, status, operation, end] of [
  [rebootDBInstance, 'up', 'rebooting', 'rebootDbInstance', 'available'],
  [stopDBInstance, 'up', 'stopping', 'stopDbInstance', 'available'],
  [startDBInstance, 'down', 'starting', 'startDbInstance', 'stopped'],
] as const) {
  test(`${action.name} begins an operation`, async () => {
    const input = { DBInstanceIdentifier: name.toUpperCase() };
    const { DBInstance } = await api.call<RebootDBInstanceResult>(action, input);
    assert.equal(DBInstance?.DBInstanceStatus, status);
    assert.equal((await api.findOperation(name))?.type, operation);

    await assert.rejects(api.call(action, input), { code: 'InvalidDBInstanceState' }, 'one at a time');
    await api.finish(name, end);
  });

  test(`${action.name} of a missing instance is DBInstanceNotFound`, async () => {
    await assert.rejects(api.call(action, { DBInstanceIdentifier: 'nobody' }), {
      code: 'DBInstanceNotFound',
    });
  });
}

for (const [action, input, code] of [
  [rebootDBInstance, { DBInstanceIdentifier: 'up', ForceFailover: true }, 'InvalidParameterCombination'],
  [rebootDBInstance, { DBInstanceIdentifier: 'down' }, 'InvalidDBInstanceState'],
  [stopDBInstance, { DBInstanceIdentifier: 'up', DBSnapshotIdentifier: 'last' }, 'InvalidParameterValue'],
  [stopDBInstance, { DBInstanceIdentifier: 'down' }, 'InvalidDBInstanceState'],
  [
    startDBInstance,
    { DBInstanceIdentifier: 'down', DBCapacityReservationIdentifier: 'r' },
    'InvalidParameterValue',
  ],
  [startDBInstance, { DBInstanceIdentifier: 'up' }, 'InvalidDBInstanceState'],
] as const) {
  test(`${action.name} is refused: ${JSON.stringify(input)}`, async () => {
    await assert.rejects(api.call(action, input), { code });
    assert.equal(await api.findOperation(input.DBInstanceIdentifier), undefined);
  });
}

test('a reboot with ForceFailover=false is accepted', async () => {
  await api.call(rebootDBInstance, { DBInstanceIdentifier: 'up', ForceFailover: false });
  await api.finish('up');
});

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { DBInstance } from '@aws-sdk/client-rds';
import { createDBInstance } from '../../../../src/api/rds/db-instance/create.ts';
import { deleteDBInstance } from '../../../../src/api/rds/db-instance/delete.ts';
import { modifyDBInstance } from '../../../../src/api/rds/db-instance/modify.ts';
import { rebootDBInstance } from '../../../../src/api/rds/db-instance/reboot.ts';
import { startDBInstance } from '../../../../src/api/rds/db-instance/start.ts';
import { stopDBInstance } from '../../../../src/api/rds/db-instance/stop.ts';
import { startTestApi, WALK_THROUGH } from '../../../support/api/api.ts';

const api = await startTestApi();
after(() => api.close());

const CHANGES = [
  [startDBInstance, {}],
  [stopDBInstance, {}],
  [rebootDBInstance, {}],
  [modifyDBInstance, { CopyTagsToSnapshot: true }],
  [deleteDBInstance, { SkipFinalSnapshot: true }],
] as const;
const BAD = [
  'not_a_name',
  'a--b',
  '-a',
  'arn:aws:rds:local:123456789012:db:a--b',
  'arn:aws:rds:mars-1:123456789012:db:test0',
  'arn:aws:rds:local:999999999999:db:test0',
  'arn:aws:rds:local:123456789012:snapshot:test0',
];

for (const [action, members] of CHANGES) {
  for (const DBInstanceIdentifier of BAD) {
    test(`${action.name} of ${DBInstanceIdentifier}: not a valid identifier`, async () => {
      await assert.rejects(api.call(action, { DBInstanceIdentifier, ...members }), {
        code: 'InvalidParameterValue',
        message:
          /^The parameter DBInstanceIdentifier is not a valid identifier\. Identifiers must begin with a/,
      });
    });
  }

  test(`${action.name} of an identifier that is too long, and of an identifier that no instance has`, async () => {
    await assert.rejects(api.call(action, { DBInstanceIdentifier: 'a'.repeat(64), ...members }), {
      code: 'InvalidParameterValue',
      message: /because it is longer than 63 characters\.$/,
    });
    await assert.rejects(api.call(action, { DBInstanceIdentifier: 'none', ...members }), {
      code: 'DBInstanceNotFound',
    });
  });
}

test('a change finds the instance by its ARN in any case', async () => {
  await api.call(createDBInstance, { ...WALK_THROUGH, DBInstanceIdentifier: 'named' });
  await api.finish('named');
  const { DBInstance } = await api.call<{ DBInstance: DBInstance }>(modifyDBInstance, {
    DBInstanceIdentifier: 'arn:aws:rds:eu-west-1:123456789012:db:Named',
    CopyTagsToSnapshot: true,
  });
  assert.deepEqual([DBInstance.DBInstanceIdentifier, DBInstance.CopyTagsToSnapshot], ['named', true]);
});

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { CreateDBInstanceResult } from '@aws-sdk/client-rds';
import { createDBInstance } from '../../../src/api/actions/create-db-instance.ts';
import { startTestApi, WALK_THROUGH } from '../../support/api.ts';

const api = await startTestApi();
after(() => api.close());

const create = (members: object = {}) =>
  api.call<CreateDBInstanceResult>(createDBInstance, { ...WALK_THROUGH, ...members });

test('the walk-through promises an instance with the defaults of RDS', async () => {
  const { DBInstance } = await create();
  assert.equal(DBInstance?.DBInstanceIdentifier, 'test0');
  assert.equal(DBInstance?.DBInstanceStatus, 'creating');
});

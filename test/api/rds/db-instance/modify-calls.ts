import assert from 'node:assert/strict';
import type { DBInstance, ModifyDBInstanceResult } from '@aws-sdk/client-rds';
import { createDBInstance } from '../../../../src/api/rds/db-instance/create.ts';
import { modifyDBInstance } from '../../../../src/api/rds/db-instance/modify.ts';
import type { Status } from '../../../../src/model/db-instance/status.ts';
import { type TestApi, WALK_THROUGH } from '../../../support/api/api.ts';

export const NOW = { ApplyImmediately: true };

/** Instances to modify, and their modification by the API. */
export function createModifyCalls(api: TestApi) {
  let count = 0;
  /** Creates an instance in this status and returns its name. */
  async function fresh(members: object = {}, status: Status = 'available') {
    const name = `fresh${count++}`;
    await api.call(createDBInstance, { ...WALK_THROUGH, DBInstanceIdentifier: name, ...members });
    if (status !== 'creating') await api.finish(name, status);
    return name;
  }
  async function modify(name: string, members: object): Promise<DBInstance> {
    const input = { DBInstanceIdentifier: name, ...members };
    const { DBInstance } = await api.call<ModifyDBInstanceResult>(modifyDBInstance, input);
    assert.ok(DBInstance);
    return DBInstance;
  }
  function pendingOf(instance: DBInstance) {
    return JSON.parse(JSON.stringify(instance.PendingModifiedValues));
  }

  return { fresh, modify, pendingOf };
}

export type ModifyCalls = ReturnType<typeof createModifyCalls>;

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Status, statuses } from '../../../src/model/db-instance/status.ts';
import { snapshotStatuses } from '../../../src/model/db-snapshot/status.ts';
import { refuseBeginning } from '../../../src/model/operation/beginning.ts';
import {
  holdsKind,
  type OperationType,
  operationTypeNames,
} from '../../../src/model/operation/operation-types.ts';

const allowed: Record<OperationType<'db-instance'>, readonly Status[]> = {
  createDbInstance: [],
  restoreDbInstance: [],
  createReadReplica: [],
  promoteReadReplica: ['available'],
  deleteDbInstance: statuses.filter((status) => status !== 'deleting'),
  modifyDbInstance: ['available', 'incompatible-parameters'],
  rebootDbInstance: ['available', 'storage-full', 'incompatible-parameters'],
  startDbInstance: ['stopped'],
  stopDbInstance: ['available'],
  createDbSnapshot: ['available'],
  recoverDbInstance: ['available', 'failed', 'storage-full', 'incompatible-parameters'],
  applyDbParameters: ['available', 'storage-full', 'incompatible-parameters'],
};

for (const type of operationTypeNames.filter((each) => holdsKind(each, 'db-instance'))) {
  for (const status of statuses) {
    const may = allowed[type].includes(status);
    test(`${type} ${may ? 'may' : 'must not'} begin when the instance is ${status}`, () => {
      const begin = () => refuseBeginning(type, { identifier: 'test0', status });
      if (may) begin();
      else assert.throws(begin, { code: 'InvalidDBInstanceState', status: 400 });
    });
  }
}

for (const status of snapshotStatuses) {
  const may = status === 'available' || status === 'failed';
  test(`deleteDbSnapshot ${may ? 'may' : 'must not'} begin when the snapshot is ${status}`, () => {
    const begin = () => refuseBeginning('deleteDbSnapshot', { identifier: 'snap', status });
    if (may) begin();
    else assert.throws(begin, { code: 'InvalidDBSnapshotState', status: 400 });
  });
}

test('a second delete fails with the words that Terraform treats as success', () => {
  assert.throws(
    () => refuseBeginning('deleteDbInstance', { identifier: 'test0', status: 'deleting' }),
    /is already being deleted/,
  );
});

test("the refusal of an operation names the instance's current state", () => {
  assert.throws(() => refuseBeginning('rebootDbInstance', { identifier: 'test0', status: 'stopped' }), {
    message: 'Instance test0 is not in available state. Current state: stopped.',
  });
});

function grow(status: Status, availableAt: Date | null, grows = true) {
  return refuseBeginning('modifyDbInstance', { identifier: 'test0', status, availableAt }, grows);
}

test('an instance that is full, or failed after it was available, may only be given more storage', () => {
  const refusal = (status: Status) => ({
    code: 'InvalidDBInstanceState',
    message: `Instance test0 is not in available state. Current state: ${status}.`,
  });
  for (const status of ['storage-full', 'failed'] as const) {
    grow(status, new Date());
    assert.throws(() => grow(status, new Date(), false), refusal(status));
  }
  assert.throws(() => grow('failed', null), refusal('failed'));
  for (const status of ['stopped', 'rebooting', 'creating', 'deleting'] as const) {
    assert.throws(() => grow(status, new Date()), { code: 'InvalidDBInstanceState' });
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type OperationType,
  refuseTransition,
  type Status,
  statuses,
  transitions,
} from '../../src/model/status.ts';

const allowed: Record<OperationType, readonly Status[]> = {
  createDbInstance: [],
  deleteDbInstance: statuses.filter((status) => status !== 'deleting'),
  modifyDbInstance: ['available'],
  rebootDbInstance: ['available'],
  startDbInstance: ['stopped'],
  stopDbInstance: ['available'],
  recoverDbInstance: ['available', 'failed'],
};

for (const type of Object.keys(transitions) as OperationType[]) {
  for (const status of statuses) {
    const may = allowed[type].includes(status);
    test(`${type} ${may ? 'may' : 'must not'} begin when the instance is ${status}`, () => {
      const begin = () => refuseTransition(type, { identifier: 'test0', status });
      if (may) begin();
      else assert.throws(begin, { code: 'InvalidDBInstanceState', status: 400 });
    });
  }
}

test('Terraform finds the words that it takes for success', () => {
  assert.throws(
    () => refuseTransition('deleteDbInstance', { identifier: 'test0', status: 'deleting' }),
    /is already being deleted/,
  );
});

test('an operation that may not begin is told what the instance is doing', () => {
  assert.throws(() => refuseTransition('rebootDbInstance', { identifier: 'test0', status: 'stopped' }), {
    message: 'Instance test0 is not in available state. Current state: stopped.',
  });
});

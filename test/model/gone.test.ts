import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AwsError,
  dbInstanceAlreadyExists,
  dbInstanceNotFound,
  invalidDBInstanceState,
  signatureUsed,
} from '../../src/model/errors.ts';
import { isGone, isGoneOrBusy } from '../../src/model/gone.ts';

const others = [
  dbInstanceAlreadyExists(),
  signatureUsed(),
  new AwsError('DBSnapshotNotFound', 404, 'another kind'),
  new Error('DBInstanceNotFound'),
  undefined,
];

test('DBInstanceNotFound counts as gone, InvalidDBInstanceState as busy', () => {
  const [missing, held] = [dbInstanceNotFound('test'), invalidDBInstanceState('it is being modified')];
  assert.deepEqual([missing, held].map(isGone), [true, false]);
  assert.deepEqual([missing, held].map(isGoneOrBusy), [true, true]);
});

test('no other error of the catalogue counts as gone or busy', () => {
  assert.deepEqual(others.filter(isGone), []);
  assert.deepEqual(others.filter(isGoneOrBusy), []);
});

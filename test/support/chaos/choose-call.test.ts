import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseCall, type Glance } from './choose-call.ts';
import { createRandom } from './random.ts';

const seen: Glance = {
  identifier: 'chaos-b',
  status: 'available',
  wasAvailable: true,
  dbInstanceClass: 'db.t2.micro',
  allocatedStorage: 5,
  tags: ['owner'],
  isMine: true,
  isLasting: false,
};

function actions(glance: Partial<Glance>) {
  const random = createRandom('choose');
  const found = Array.from({ length: 400 }, () => chooseCall({ ...seen, ...glance }, random));
  return [...new Set(found.map((choice) => choice?.action ?? 'nothing'))].sort();
}

test('a client makes every call on its own available instance', () => {
  assert.deepEqual(actions({}), [
    'AddTagsToResource',
    'DeleteDBInstance',
    'ModifyDBInstance',
    'RebootDBInstance',
    'RemoveTagsFromResource',
    'StopDBInstance',
  ]);
});

test('a client only reboots, stops and starts the instances of other clients', () => {
  assert.deepEqual(actions({ isMine: false }), ['RebootDBInstance', 'StopDBInstance']);
  assert.deepEqual(actions({ isMine: false, status: 'stopped' }), ['StartDBInstance']);
  assert.deepEqual(actions({ isMine: false, status: undefined }), ['nothing']);
  assert.deepEqual(actions({ isMine: false, status: 'failed', wasAvailable: false }), ['nothing']);
});

test('a lasting instance is never deleted, and a missing one is created', () => {
  assert.ok(!actions({ isLasting: true }).includes('DeleteDBInstance'));
  assert.deepEqual(actions({ status: undefined }), ['CreateDBInstance']);
});

test('a modification always asks for something, and for a class other than the present one', () => {
  const random = createRandom('modify');
  for (let times = 0; times < 500; times++) {
    const choice = chooseCall(seen, random);
    if (choice?.action !== 'ModifyDBInstance') continue;
    assert.ok(Object.keys(choice.asked).length > 0);
    assert.notEqual(choice.asked.dbInstanceClass, seen.dbInstanceClass);
  }
});

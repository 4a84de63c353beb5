import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Inventory } from '../../src/inventory/inventory.ts';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import { dbInstanceNotFound, signatureUsed } from '../../src/model/errors.ts';
import { noteMoves } from '../../src/reconcile/move.ts';
import { recoverInstances } from '../../src/reconcile/recover.ts';

const instance = { dbiResourceId: 'db-A', identifier: 'a', host: 'kvm1', status: 'available' } as Instance;
const call = { requestId: 'test' };

/** An inventory in which every change of an instance fails with this error. */
function refusing(error: Error) {
  const instances = { change: () => Promise.reject(error), list: async () => [instance] };
  const outbox = { findRoomToBegin: async () => 1, findLatest: async () => new Map() };
  return { instances, outbox } as unknown as Inventory;
}

const rounds = {
  'to note a move': (inventory: Inventory) =>
    noteMoves(inventory, [{ kind: 'moved', instance, host: 'kvm2' }], call),
  'to begin a recovery': (inventory: Inventory) =>
    recoverInstances(inventory, [{ kind: 'postgres-down', instance }], call),
};

for (const [what, round] of Object.entries(rounds)) {
  test(`${what}: an instance that was deleted meanwhile is skipped`, async () => {
    await round(refusing(dbInstanceNotFound('a')));
  });

  test(`${what}: an AWS error that does not concern the instance ends the round`, async () => {
    await assert.rejects(round(refusing(signatureUsed())), signatureUsed());
  });
}

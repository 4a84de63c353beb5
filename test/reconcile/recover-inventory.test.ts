import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noProgress, type RunningMachine } from '../../src/providers/provider.ts';
import { findOwnMachine, recoverInventory } from '../../src/reconcile/recover-inventory.ts';
import type { Place } from '../../src/reconcile/server-status.ts';

const place = {
  provider: {
    hosts: [],
    findMachine: async () => ({ name: 'cornac-cornac', state: 'running', diskGiB: 5 }),
    startMachine: async () => ({ address: '127.9.9.9' }) as RunningMachine,
  },
} as unknown as Place;
function find(hostname: string) {
  return findOwnMachine({ machine: 'cornac-cornac', hostname, port: 5432 }, place, noProgress());
}

test('a host name with another address is another PostgreSQL', async () => {
  assert.equal(await find('127.8.8.8'), undefined);
  assert.equal((await find('127.9.9.9'))?.address, '127.9.9.9');
});

test('a host name that cannot be resolved now is an error, not another PostgreSQL', async () => {
  await assert.rejects(find('inventory.invalid'), /ENOTFOUND|EAI_AGAIN/);
});

test('a machine that a person has paused is left alone', async () => {
  const lookAtMachine = async () => ({ paused: { reason: 'person', detail: 'by a person' } });
  const paused = { provider: { ...place.provider, lookAtMachine } } as unknown as Place;
  const inventory = { machine: 'cornac-cornac', hostname: '127.9.9.9', port: 5432 };
  assert.equal(await recoverInventory(inventory, paused, noProgress()), 'paused');
});

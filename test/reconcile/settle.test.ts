import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Inventory } from '../../src/inventory/inventory.ts';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import type { Status } from '../../src/model/db-instance/status.ts';
import type { Operation } from '../../src/model/operation/operation.ts';
import type { Room, Shortage } from '../../src/model/server/room.ts';
import type { Place } from '../../src/reconcile/server-status.ts';
import { settleOperation } from '../../src/reconcile/settle.ts';
import { unreachedMachine } from '../support/unreached-machine.ts';

const PLENTY: Room = { sizeKiB: 1_000_000, freeKiB: 900_000 };

/**
 * The status after a failed reboot of an instance whose server runs, with this report of its machine on the
 * room.
 */
async function settle(
  shortage: Shortage | null,
  room: Room | 'none' | 'silence',
  facts: Operation['facts'] = {},
): Promise<Status> {
  return (await settleAs({ facts }, shortage, room)).status;
}

interface Settled {
  readonly status: Status;
  readonly patch?: Partial<Instance>;
}

async function settleAs(
  of: Partial<Operation>,
  shortage: Shortage | null,
  room: Room | 'none' | 'silence',
): Promise<Settled> {
  const machine = unreachedMachine('cornac-settled');
  const operation = {
    id: 'op',
    resource: { kind: 'db-instance', id: 'db-SETTLED', name: 'settled' },
    type: 'rebootDbInstance',
    facts: {},
    ...of,
  } as unknown as Operation;
  const instance = {
    ...{ dbiResourceId: 'db-SETTLED', identifier: 'settled', operationId: 'op', availableAt: new Date(0) },
    ...{ machine: machine.name, host: null, shortage },
  } as unknown as Instance;
  const outcomes: Settled[] = [];
  const inventory = {
    instances: { find: async () => instance },
    operations: { fail: async (_: unknown, outcome: Settled) => outcomes.push(outcome) },
  } as unknown as Inventory;
  const place = {
    provider: { lookAtMachine: async () => ({ ...machine, reach: machine }) },
    guest: {
      postgresStatus: async () => 'running',
      findRoom: async () => {
        if (room === 'silence') throw new Error('its sshd has too many sessions');
        return room === 'none' ? undefined : room;
      },
    },
  } as unknown as Place;
  await settleOperation(inventory, place, operation, 'the test wants it');
  const [outcome] = outcomes;
  assert.ok(outcome);
  return outcome;
}

test('a full instance stays full until its machine reports enough room', async () => {
  assert.equal(await settle('full', 'silence'), 'storage-full');
  assert.equal(await settle('full', PLENTY), 'available');
  assert.equal(await settle('full', { ...PLENTY, freeKiB: 0 }), 'storage-full');
});

test('an instance that was not full is available when its server runs', async () => {
  for (const room of ['silence', 'none', PLENTY] as const) {
    assert.equal(await settle(null, room), 'available');
  }
});

test('an instance whose parameters PostgreSQL refused in the operation has incompatible parameters', async () => {
  const refused = { group: 'mine', values: { work_mem: '1' } };
  const parameters = { group: 'mine', values: {}, refused };
  assert.equal(await settle(null, PLENTY, { parameters }), 'incompatible-parameters');
  assert.equal(await settle(null, { ...PLENTY, freeKiB: 0 }, { parameters }), 'storage-full');
});

test('a promotion that fails after its effect leaves no read replica, and the backups that it asked for', async () => {
  const input = { backupRetentionPeriod: 7, preferredBackupWindow: '03:00-03:30' };
  const promotion = { type: 'promoteReadReplica', input } as const;
  const { patch } = await settleAs({ ...promotion, facts: { promoted: true } }, null, PLENTY);
  const { replicaOf, replicationFault, backupRetentionPeriod, settings } = patch ?? {};
  assert.deepEqual(
    [replicaOf, replicationFault, backupRetentionPeriod, settings?.preferredBackupWindow],
    [null, null, 7, '03:00-03:30'],
  );
  const before = await settleAs({ ...promotion, facts: {} }, null, PLENTY);
  assert.equal(before.patch?.replicaOf, undefined);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Registry } from 'prom-client';
import { registerInventoryMetrics } from '../../src/processes/inventory-metrics.ts';
import { CALL, startTestInventory } from '../support/inventory.ts';
import { select } from '../support/many-instances.ts';

async function read(registry: Registry): Promise<Record<string, number>> {
  return Object.fromEntries(
    (await registry.metrics())
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

test('metrics show the last round and the open operations, and are absent while the inventory is down', async () => {
  const world = await startTestInventory();
  const registry = new Registry();
  try {
    registerInventoryMetrics(registry, world.inventory);
    assert.equal(
      (await read(registry)).cornac_instances_missing_machine,
      undefined,
      'before the first round',
    );

    const endedAt = new Date('2026-11-25T12:00:00Z');
    const { upkeep } = world.inventory;
    assert.equal(await upkeep.record({ endedAt, missing: 7, heldBack: '7 of 9 machines are missing' }), true);
    assert.equal(
      await upkeep.record({ endedAt, missing: 8, heldBack: '8 of 9 machines are missing' }),
      false,
    );
    await world.createAvailable('busy');
    await world.begin('busy', 'rebootDbInstance');
    await world.createAvailable('waiting');
    const { operationId } = await world.begin('waiting', 'stopDbInstance');
    await world.inventory.operations.markDispatched(operationId);
    await select(
      world.databaseUrl,
      "UPDATE operation SET created_at = now() - interval '1 hour' WHERE state = 'pending'",
    );
    const { dbiResourceId } = await world.createAvailable('unarchived');
    await upkeep.noteArchiving(dbiResourceId, new Date(Date.now() - 600_000));
    const replicaOf = { dbiResourceId, identifier: 'unarchived' };
    await world.inventory.instances.change({ dbiResourceId }, CALL, () => ({ patch: { replicaOf } }));
    await upkeep.noteReplication(dbiResourceId, 'lost');
    const shown = await read(registry);
    assert.equal(shown.cornac_read_replicas_not_replicating, 1);
    assert.equal(shown.cornac_instances_archive_failing, 1);
    assert.ok(Math.abs((shown.cornac_archive_failing_oldest_age_seconds ?? 0) - 600) < 60);
    const mark = (status: string) =>
      select(world.databaseUrl, `UPDATE instance SET status = '${status}' WHERE identifier = 'unarchived'`);
    await mark('failed');
    assert.equal(
      (await read(registry)).cornac_instances_archive_failing,
      0,
      'a failed instance is not looked at',
    );
    await mark('available');
    assert.deepEqual(
      [shown['cornac_operations{state="pending"}'], shown['cornac_operations{state="running"}']],
      [1, 1],
    );
    assert.ok(Math.abs((shown['cornac_operations_oldest_age_seconds{state="pending"}'] ?? 0) - 3600) < 60);
    assert.ok((shown['cornac_operations_oldest_age_seconds{state="running"}'] ?? 3600) < 60);
    assert.deepEqual(
      [
        shown.cornac_instances_missing_machine,
        shown.cornac_reconcile_held_back,
        shown.cornac_reconcile_last_success_timestamp_seconds,
        shown['cornac_operations_open{type="rebootDbInstance"}'],
        shown['cornac_operations_open{type="recoverDbInstance"}'],
      ],
      [8, 1, endedAt.getTime() / 1000, 1, 0],
    );
    assert.equal(await upkeep.record({ endedAt, missing: 0, heldBack: null }), true);
    assert.equal((await read(registry)).cornac_reconcile_held_back, 0);
  } finally {
    await world.close();
  }
  assert.deepEqual(await read(registry), {});
});

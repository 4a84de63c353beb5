import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, test } from 'node:test';
import pg from 'pg';
import { resourceOf } from '../../src/model/db-instance/instance.ts';
import { snapshotResource } from '../../src/model/db-snapshot/snapshot.ts';
import { event } from '../../src/model/event.ts';
import type { OperationRef } from '../../src/model/operation/operation.ts';
import type { ResourceRef } from '../../src/model/resource.ts';
import { startTestInventory } from '../support/inventory.ts';
import { insertSnapshots, newSnapshot } from '../support/snapshots.ts';

const { inventory, databaseUrl, createAvailable, begin, close } = await startTestInventory();
const client = new pg.Client(databaseUrl);
await client.connect();
after(async () => {
  await client.end();
  await close();
});
const { operations, snapshots } = inventory;

/** A snapshot that the operation holds. */
async function hold(identifier: string, { operationId }: Pick<OperationRef, 'operationId'>) {
  const snapshot = newSnapshot(identifier, { status: 'creating', operationId, percentProgress: 0 });
  await insertSnapshots(databaseUrl, [snapshot]);
  return snapshot;
}
/** An operation on this resource, as an action would begin it. */
async function insertOperation({ kind, id, name }: ResourceRef): Promise<OperationRef> {
  const operationId = randomUUID();
  await client.query(
    `INSERT INTO operation (id, resource_kind, dbi_resource_id, identifier, type, input, state, request_id, created_at)
     VALUES ($1, $2, $3, $4, 'deleteDbInstance', '{}', 'pending', 'test', now())`,
    [operationId, kind, id, name],
  );
  return { operationId, dbiResourceId: id };
}
async function messagesOf(sourceType: string, sourceIdentifier: string) {
  const query = { from: new Date(0), to: new Date(), sourceType, sourceIdentifier, limit: 100 };
  return (await inventory.listEvents(query)).map(({ message }) => message);
}

describe('an operation that holds a snapshot together with its instance', () => {
  test('begins, notes its progress, and ends with the effects on both', async () => {
    const instance = await createAvailable('both');
    const ref = await begin('both', 'rebootDbInstance');
    const { id } = await hold('both-snapshot', ref);
    const begun = await operations.begin(ref);
    assert.deepEqual(begun?.resource, resourceOf(instance));
    assert.deepEqual([begun?.instance?.identifier, begun?.snapshot?.id], ['both', id]);
    const found = await operations.look(ref);
    assert.deepEqual([found.instance?.identifier, found.snapshot?.id], ['both', id]);

    await operations.note(ref, { snapshot: { patch: { percentProgress: 40 } } });
    assert.equal((await snapshots.find({ id }))?.percentProgress, 40);
    const events = [event('CORNAC-EVENT-NOTE', 'of the snapshot')];
    const outcome = {
      status: 'available' as const,
      snapshot: { patch: { status: 'available' as const }, events },
    };
    await operations.succeed(ref, outcome);
    await operations.succeed(ref, outcome);
    const snapshot = await snapshots.find({ id });
    assert.deepEqual([snapshot?.status, snapshot?.operationId], ['available', null]);
    assert.deepEqual(await messagesOf('db-snapshot', 'both-snapshot'), ['Note: of the snapshot']);
    assert.deepEqual(await messagesOf('db-instance', 'both'), []);
  });

  test('leaves a failed snapshot where a delete takes the instance over', async () => {
    await createAvailable('taken');
    const ref = await begin('taken', 'rebootDbInstance');
    const { id } = await hold('taken-snapshot', ref);
    const deletion = await begin('taken', 'deleteDbInstance');
    assert.equal(await operations.holds(ref), false);
    await operations.record(ref, { stopped: true });
    assert.deepEqual((await operations.find(ref.operationId))?.facts, {});
    await operations.closeOvertaken(ref);
    const snapshot = await snapshots.find({ id });
    assert.deepEqual([snapshot?.status, snapshot?.operationId], ['failed', null]);
    assert.equal((await operations.find(ref.operationId))?.state, 'cancelled');
    assert.ok(await operations.begin(deletion), 'the delete goes on');
  });
});

describe('an operation that holds a snapshot alone', () => {
  test('begins, records facts and ends like any other, and no instance is needed', async () => {
    const snapshot = newSnapshot('alone');
    const ref = await insertOperation(snapshotResource(snapshot));
    await hold('alone', ref);
    assert.equal(await operations.holds(ref), true);
    const begun = await operations.begin(ref);
    assert.deepEqual([begun?.resource, begun?.instance], [snapshotResource(snapshot), undefined]);
    await operations.record(ref, { destroyed: true });
    assert.deepEqual((await operations.find(ref.operationId))?.facts, { destroyed: true });
    await operations.forget(ref, [event('CORNAC-EVENT-NOTE', 'deleted')]);
    assert.equal(await snapshots.find({ identifier: 'alone' }), undefined);
    assert.equal((await operations.find(ref.operationId))?.state, 'succeeded');
    assert.deepEqual(await messagesOf('db-snapshot', 'alone'), ['Note: deleted']);
  });

  test('its last operation is kept as long as the snapshot', async () => {
    const snapshot = newSnapshot('kept');
    const ref = await insertOperation(snapshotResource(snapshot));
    await hold('kept', ref);
    await operations.fail(ref, { snapshot: { patch: { status: 'failed' } } }, 'a test');
    const gone = await insertOperation({ kind: 'db-snapshot', id: 'snap-none', name: 'none' });
    await operations.fail(gone, {}, 'a test');
    await client.query(`UPDATE operation SET closed_at = now() - interval '1 year' WHERE id = ANY ($1)`, [
      [ref.operationId, gone.operationId],
    ]);
    await inventory.prune(new Date());
    assert.equal((await operations.find(ref.operationId))?.state, 'failed');
    assert.equal(await operations.find(gone.operationId), undefined);
  });
});

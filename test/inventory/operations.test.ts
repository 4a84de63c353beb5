import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import pg from 'pg';
import { resourceOf } from '../../src/model/db-instance/instance.ts';
import { event } from '../../src/model/event.ts';
import type { OperationRef } from '../../src/model/operation/operation.ts';
import { CALL, newInstance, refOf, startTestInventory, VERIFIER } from '../support/inventory.ts';
import { testPlacement } from './placement.ts';

const testInventory = await startTestInventory();
const { inventory, databaseUrl, createAvailable, begin, close } = testInventory;
after(close);
const { instances, operations } = inventory;

function find(identifier: string) {
  return instances.find({ identifier });
}
async function eventsOf(sourceIdentifier: string) {
  return (
    await inventory.listEvents({ from: new Date(0), to: new Date(), sourceIdentifier, limit: 100 })
  ).map(({ message }) => message);
}

test('begin marks an operation as running and returns its instance', async () => {
  const created = await instances.create(newInstance('begun'), VERIFIER, CALL);
  const ref = refOf(created);
  const begun = await operations.begin(ref);
  assert.deepEqual(begun, { resource: resourceOf(created), instance: created });
  const operation = await operations.find(ref.operationId);
  assert.equal(operation?.state, 'running');
  assert.ok(operation.startedAt);

  assert.deepEqual(await operations.begin(ref), begun, 'the step may run twice');
  assert.deepEqual((await operations.find(ref.operationId))?.startedAt, operation.startedAt);
});

test('look returns the named operation; without a name, the operation that holds the instance', async () => {
  const created = await instances.create(newInstance('looked-at'), VERIFIER, CALL);
  const creation = refOf(created);
  const deletion = await begin('looked-at', 'deleteDbInstance');
  const { dbiResourceId } = creation;
  const ids = async (ref: Partial<OperationRef>) => {
    const { operation, instance } = await operations.look(ref);
    return [operation?.id, instance?.dbiResourceId];
  };
  assert.deepEqual(await ids(creation), [creation.operationId, dbiResourceId]);
  assert.deepEqual(await ids({ dbiResourceId }), [deletion.operationId, dbiResourceId]);
  assert.deepEqual(await ids({ dbiResourceId: 'db-NONE' }), [undefined, undefined]);
});

test('facts are added, replaced and removed one by one, and only for the operation that holds the instance', async () => {
  const created = await instances.create(newInstance('facts'), VERIFIER, CALL);
  const creation = refOf(created);
  const factsOf = async ({ operationId }: OperationRef) => (await operations.find(operationId))?.facts;
  assert.deepEqual(await factsOf(creation), {});
  await operations.record(creation, { made: { notes: ['a'] }, dbInstanceClass: 'db.t2.small' });
  await operations.record(creation, { serving: { address: '127.0.0.6' }, dbInstanceClass: null });
  assert.deepEqual(await factsOf(creation), { made: { notes: ['a'] }, serving: { address: '127.0.0.6' } });
  await operations.record(creation, { parameters: { group: null, values: {} } });
  assert.deepEqual(
    (await factsOf(creation))?.parameters,
    { group: null, values: {} },
    'null is part of the fact',
  );
  await operations.record(creation, { parameters: null });

  const deletion = await begin('facts', 'deleteDbInstance');
  await operations.record(creation, { stopped: true });
  assert.equal((await factsOf(creation))?.stopped, undefined, 'it was overtaken');
  await operations.record(deletion, { destroyed: true });
  assert.deepEqual(await factsOf(deletion), { destroyed: true });
  await operations.begin(deletion);
  await operations.reopen(deletion.operationId);
  assert.deepEqual(await factsOf(deletion), {}, 'what begins anew has reached nothing');
});

test('success writes status, facts and events, and releases the instance', async () => {
  await createAvailable('done');
  const ref = await begin('done', 'rebootDbInstance');
  await operations.begin(ref);
  const outcome = {
    status: 'available' as const,
    patch: { address: '127.0.0.9' },
    events: [event('RDS-EVENT-0006')],
  };
  await operations.succeed(ref, outcome);
  await operations.succeed(ref, outcome);

  const instance = await find('done');
  assert.deepEqual(
    [instance?.status, instance?.address, instance?.operationId],
    ['available', '127.0.0.9', null],
  );
  assert.deepEqual(await eventsOf('done'), ['DB instance restarted'], 'once, although written twice');
  const operation = await operations.find(ref.operationId);
  assert.equal(operation?.state, 'succeeded');
  assert.ok(operation.closedAt);
  assert.equal(await operations.begin(ref), undefined, 'there is nothing left to do');
});

test('a failed operation keeps its reason', async () => {
  await createAvailable('failing');
  const ref = await begin('failing', 'rebootDbInstance');
  await operations.fail(ref, { status: 'failed', events: [event('RDS-EVENT-0031', 'no room')] }, 'no room');
  assert.equal((await find('failing'))?.status, 'failed');
  const operation = await operations.find(ref.operationId);
  assert.deepEqual([operation?.state, operation?.error], ['failed', 'no room']);
  assert.deepEqual(await eventsOf('failing'), ['DB instance put into failed state: no room']);
});

test('a result can be written before the operation ends', async () => {
  await createAvailable('noted');
  const ref = await begin('noted', 'rebootDbInstance');
  await operations.note(ref, { patch: { address: '127.0.0.8' } });
  await operations.note(ref, { events: [event('RDS-EVENT-0006')] });
  await operations.note(ref, {});
  const instance = await find('noted');
  assert.deepEqual([instance?.address, instance?.status], ['127.0.0.8', 'rebooting']);
  assert.deepEqual(await eventsOf('noted'), ['DB instance restarted']);
});

test('an operation that a delete has overtaken changes nothing more', async () => {
  const created = await instances.create(newInstance('overtaken'), VERIFIER, CALL);
  const creation = refOf(created);
  await operations.begin(creation);
  const deletion = await begin('overtaken', 'deleteDbInstance');
  const before = await find('overtaken');

  await operations.note(creation, { patch: { address: '127.0.0.7' }, events: [event('RDS-EVENT-0005')] });
  await operations.succeed(creation, { status: 'available', events: [event('RDS-EVENT-0005')] });
  await operations.forget(creation, [event('RDS-EVENT-0003')]);
  assert.deepEqual(await find('overtaken'), before);
  assert.deepEqual(await eventsOf('overtaken'), []);
  assert.equal((await operations.find(creation.operationId))?.state, 'cancelled');
  assert.ok(await operations.begin(deletion));
});

test('an operation that was overtaken before it began is cancelled when it tries to begin', async () => {
  const created = await instances.create(newInstance('late'), VERIFIER, CALL);
  await begin('late', 'deleteDbInstance');
  assert.equal(await operations.begin(refOf(created)), undefined);
  assert.equal((await operations.find(refOf(created).operationId))?.state, 'cancelled');
});

test("the failure of an overtaken operation does not change the instance's status", async () => {
  const created = await instances.create(newInstance('overtaken2'), VERIFIER, CALL);
  await begin('overtaken2', 'deleteDbInstance');
  await operations.fail(refOf(created), { status: 'failed' }, 'cancelled on the way');
  assert.equal((await find('overtaken2'))?.status, 'deleting');
  const operation = await operations.find(refOf(created).operationId);
  assert.deepEqual([operation?.state, operation?.error], ['cancelled', 'cancelled on the way']);
});

test('the end of a deletion removes instance and secrets, and keeps events and operations', async () => {
  const { dbiResourceId } = await createAvailable('gone');
  assert.ok(await inventory.findSecret(dbiResourceId, 'master'));
  const ref = await begin('gone', 'deleteDbInstance');
  await operations.begin(ref);
  await operations.forget(ref, [event('RDS-EVENT-0003')]);
  await operations.forget(ref, [event('RDS-EVENT-0003')]);

  assert.equal(await find('gone'), undefined);
  assert.equal(await inventory.findSecret(dbiResourceId, 'master'), undefined);
  assert.deepEqual(await eventsOf('gone'), ['DB instance deleted']);
  assert.equal((await operations.find(ref.operationId))?.state, 'succeeded');
  assert.equal((await operations.findLatest('gone'))?.id, ref.operationId);
  assert.equal(await operations.begin(ref), undefined);
  await instances.create(newInstance('gone'), VERIFIER, CALL);
});

test('a step that fails after its instance was deleted closes its operation as cancelled', async () => {
  const created = await instances.create(newInstance('vanished'), VERIFIER, CALL);
  const deletion = await begin('vanished', 'deleteDbInstance');
  await operations.forget(deletion, []);
  await operations.fail(refOf(created), { status: 'failed' }, 'too late');
  assert.equal(await find('vanished'), undefined);
  assert.equal((await operations.find(refOf(created).operationId))?.state, 'cancelled');
});

test('the outbox lists pending operations, oldest first, and takes lost operations back', async () => {
  for (const { id } of await operations.listOpen()) {
    await operations.fail({ operationId: id }, { status: 'failed' }, 'cleared');
  }
  await createAvailable('first');
  await createAvailable('later');
  const first = await begin('first', 'rebootDbInstance');
  const later = await begin('later', 'rebootDbInstance');
  const ids = async (states?: ('pending' | 'running')[]) =>
    (await operations.listOpen(states)).map(({ id }) => id);
  assert.deepEqual(await ids(), [first.operationId, later.operationId]);

  await operations.markDispatched(first.operationId);
  assert.deepEqual(await ids(['pending']), [later.operationId]);
  assert.deepEqual(await ids(['running']), [first.operationId]);
  const dispatched = await operations.find(first.operationId);
  assert.ok(dispatched?.startedAt);
  await operations.begin(first);
  assert.deepEqual(await operations.find(first.operationId), dispatched);

  await operations.reopen(first.operationId);
  assert.deepEqual(await ids(['pending']), [first.operationId, later.operationId]);
  assert.equal((await operations.find(first.operationId))?.startedAt, null);

  await operations.succeed(first, { status: 'available' });
  await operations.reopen(first.operationId);
  await operations.markDispatched(first.operationId);
  assert.equal((await operations.find(first.operationId))?.state, 'succeeded', 'what has ended stays ended');
});

test('an unknown operation is not found', async () => {
  assert.equal(await operations.find('00000000-0000-4000-8000-000000000000'), undefined);
  assert.equal(await operations.findLatest('nobody'), undefined);
});

testPlacement(testInventory);

test('an operation locks all resources with its id while it writes, and writes to its own', async () => {
  const [own, other] = [await createAvailable('held-own'), await createAvailable('held-too')];
  const ref = await begin('held-own', 'rebootDbInstance');
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    await client.query('UPDATE instance SET operation_id = $1 WHERE dbi_resource_id = $2', [
      ref.operationId,
      other.dbiResourceId,
    ]);
    await client.query('BEGIN');
    await client.query('SELECT FROM instance WHERE dbi_resource_id = $1 FOR UPDATE', [other.dbiResourceId]);
    let isWritten = false;
    const written = operations.note(ref, { patch: { address: '127.0.0.5' } }).then(() => {
      isWritten = true;
    });
    const isWaiting = async () => {
      const { rows } = await client.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return rows.length > 0;
    };
    while (!(await isWaiting())) assert.equal(isWritten, false, 'it waits for the other one');
    await client.query('COMMIT');
    await written;
  } finally {
    await client.end();
  }
  assert.equal((await instances.find({ dbiResourceId: own.dbiResourceId }))?.address, '127.0.0.5');
  assert.equal((await instances.find({ dbiResourceId: other.dbiResourceId }))?.address, null);
});

test('an operation names its resource by kind, id and name', async () => {
  const { dbiResourceId: id } = await createAvailable('named');
  const { operationId } = await begin('named', 'rebootDbInstance');
  const resource = { kind: 'db-instance', id, name: 'named' };
  assert.deepEqual((await operations.find(operationId))?.resource, resource);
  assert.equal((await operations.findLatest('named'))?.id, operationId);
  assert.equal(await operations.findLatest('named', 'db-snapshot'), undefined, 'a snapshot of this name');
});

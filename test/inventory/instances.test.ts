import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, test } from 'node:test';
import pg from 'pg';
import { OPERATION_CHANNEL } from '../../src/inventory/instances.ts';
import { event } from '../../src/model/event.ts';
import { CALL, newInstance, refOf, startTestInventory, VERIFIER } from '../support/inventory.ts';

const { inventory, databaseUrl, createAvailable, begin, close } = await startTestInventory();
after(close);
const { instances, operations } = inventory;

async function eventsOf(sourceIdentifier: string) {
  return (
    await inventory.listEvents({ from: new Date(0), to: new Date(), sourceIdentifier, limit: 100 })
  ).map(({ eventId }) => eventId);
}

test('an instance is read as it was written', async () => {
  const instance = newInstance('whole', {
    tags: [
      { Key: 'b', Value: '2' },
      { Key: 'a', Value: "it's" },
    ],
    pending: { allocatedStorage: 10 },
    deletionProtection: true,
  });
  const created = await instances.create(instance, VERIFIER, CALL);
  const { operationId, ...found } = { ...(await instances.find({ identifier: 'whole' })) };
  const { operationId: _, ...written } = instance;
  assert.deepEqual(found, written);
  assert.equal(operationId, created.operationId);
  assert.deepEqual(await instances.find({ dbiResourceId: instance.dbiResourceId }), created);
});

test('a creation is an operation in the outbox, announced to whoever listens', async () => {
  const listener = new pg.Client(databaseUrl);
  await listener.connect();
  await listener.query(`LISTEN ${OPERATION_CHANNEL}`);
  const announced = once(listener, 'notification');
  const { operationId } = await instances.create(newInstance('announced'), VERIFIER, CALL);
  const [notification] = await announced;
  await listener.end();
  assert.equal(notification.payload, operationId);
});

test('a name and a machine are taken once', async () => {
  await instances.create(newInstance('twin'), VERIFIER, CALL);
  await assert.rejects(instances.create(newInstance('twin', { machine: 'other' }), VERIFIER, CALL), {
    code: 'DBInstanceAlreadyExists',
  });
  await assert.rejects(instances.create(newInstance('other', { machine: 'cornac-twin' }), VERIFIER, CALL), {
    code: 'DBInstanceAlreadyExists',
  });
  assert.equal((await operations.findLatest('other'))?.id, undefined, 'nothing of it was written');
});

test('an operation begins only where its gate is open', async () => {
  await createAvailable('gated');
  await begin('gated', 'stopDbInstance');
  for (const type of ['rebootDbInstance', 'modifyDbInstance', 'startDbInstance', 'stopDbInstance'] as const) {
    await assert.rejects(begin('gated', type), { code: 'InvalidDBInstanceState' });
  }
  assert.equal((await instances.find({ identifier: 'gated' }))?.status, 'stopping');
  assert.equal((await operations.findLatest('gated'))?.type, 'stopDbInstance');
});

test('of many changes at once one begins its operation', async () => {
  await createAvailable('crowded');
  const attempts = Array.from({ length: 8 }, () => begin('crowded', 'rebootDbInstance'));
  const settled = await Promise.allSettled(attempts);
  const begun = settled.filter(({ status }) => status === 'fulfilled');
  assert.equal(begun.length, 1);
  const open = await operations.listOpen();
  assert.equal(open.filter(({ resource }) => resource.name === 'crowded').length, 1);
});

test('who decides sees what the one before has written', async () => {
  await createAvailable('counted');
  const increment = () =>
    instances.change({ identifier: 'counted' }, CALL, ({ allocatedStorage }) => ({
      patch: { allocatedStorage: allocatedStorage + 1 },
    }));
  await Promise.all(Array.from({ length: 10 }, increment));
  assert.equal((await instances.find({ identifier: 'counted' }))?.allocatedStorage, 15);
});

test('a decision that throws leaves everything as it was', async () => {
  const before = await createAvailable('kept');
  const refusal = new Error('no');
  const refuse = () => {
    throw refusal;
  };
  await assert.rejects(instances.change({ identifier: 'kept' }, CALL, refuse), refusal);
  assert.deepEqual(await instances.find({ identifier: 'kept' }), before);
});

test('a change whose operation is refused writes nothing else of it either', async () => {
  const before = await createAvailable('whole2');
  await assert.rejects(
    instances.change({ identifier: 'whole2' }, CALL, () => ({
      patch: { deletionProtection: true },
      events: [event('RDS-EVENT-0012')],
      masterVerifier: 'newer',
      operation: { type: 'startDbInstance' },
    })),
    { code: 'InvalidDBInstanceState' },
  );
  assert.deepEqual(await instances.find({ identifier: 'whole2' }), before);
  assert.deepEqual(await eventsOf('whole2'), []);
  assert.equal((await inventory.findSecret(before.dbiResourceId, 'master'))?.value, VERIFIER);
});

test('a change writes columns, verifier, events and operation together', async () => {
  const { dbiResourceId } = await createAvailable('changed');
  const { instance: changed } = await instances.change({ dbiResourceId }, CALL, () => ({
    patch: { deletionProtection: true },
    events: [event('RDS-EVENT-0012')],
    masterVerifier: 'newer',
    operation: {
      type: 'modifyDbInstance',
      input: { modification: { masterPassword: true } },
      status: 'resetting-master-credentials',
    },
  }));
  assert.deepEqual(await instances.find({ dbiResourceId }), changed);
  assert.equal(changed.status, 'resetting-master-credentials');
  assert.equal(changed.deletionProtection, true);
  assert.deepEqual(await eventsOf('changed'), ['RDS-EVENT-0012']);
  assert.equal((await inventory.findSecret(dbiResourceId, 'master'))?.value, 'newer');
  const operation = await operations.find(refOf(changed).operationId);
  assert.deepEqual(operation?.input, { modification: { masterPassword: true } });
  assert.equal(operation?.requestId, CALL.requestId);
});

test('nobody can change what is not there', async () => {
  const nothing = () => ({});
  await assert.rejects(instances.change({ identifier: 'nobody' }, CALL, nothing), {
    message: 'DBInstance nobody not found.',
  });
  await assert.rejects(instances.change({ dbiResourceId: 'db-NOBODY' }, CALL, nothing), {
    message: 'DBInstance db-NOBODY not found.',
  });
});

test('instances are listed by identifier, by the page', async () => {
  const { dbiResourceId } = await createAvailable('page-a');
  await createAvailable('page-b');
  await createAvailable('page-c');
  const identifiers = ['page-a', 'page-b', 'page-c'];
  const names = async (query: object) => (await instances.list(query)).map(({ identifier }) => identifier);
  assert.deepEqual(await names({ identifiers }), identifiers);
  assert.deepEqual(await names({ identifiers, limit: 2 }), ['page-a', 'page-b']);
  assert.deepEqual(await names({ identifiers, after: 'page-a' }), ['page-b', 'page-c']);
  assert.deepEqual(await names({ dbiResourceIds: [dbiResourceId] }), ['page-a']);
  assert.deepEqual(await names({ identifiers: [] }), []);
  assert.ok((await names({})).length > 3);
});

test('an instance that exists already is registered once', async () => {
  const instance = newInstance('cornac', { status: 'available' });
  const events = [event('RDS-EVENT-0005')];
  await instances.register(instance, events);
  await instances.register({ ...instance, port: 1 }, events);
  assert.deepEqual(await instances.find({ identifier: 'cornac' }), instance);
  assert.deepEqual(await eventsOf('cornac'), ['RDS-EVENT-0005']);
});

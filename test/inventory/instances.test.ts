import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, test } from 'node:test';
import pg from 'pg';
import { OPERATION_CHANNEL } from '../../src/inventory/insert-operation.ts';
import { event } from '../../src/model/event.ts';
import { CALL, newInstance, refOf, startTestInventory, VERIFIER } from '../support/inventory.ts';
import { select } from '../support/many-instances.ts';

const { inventory, databaseUrl, createAvailable, begin, close } = await startTestInventory();
after(close);
const { instances, operations } = inventory;

async function eventsOf(sourceIdentifier: string) {
  return (
    await inventory.listEvents({ from: new Date(0), to: new Date(), sourceIdentifier, limit: 100 })
  ).map(({ eventId }) => eventId);
}

test('an instance is read with the values that were written', async () => {
  const instance = newInstance('whole', {
    tags: [
      { Key: 'b', Value: '2' },
      { Key: 'a', Value: "it's" },
    ],
    pending: { allocatedStorage: 10 },
    deletionProtection: true,
    caCertificateIdentifier: 'cornac-ca-ecc256-g2',
  });
  const created = await instances.create(instance, VERIFIER, CALL);
  const { operationId, ...found } = { ...(await instances.find({ identifier: 'whole' })) };
  const { operationId: _, ...written } = instance;
  assert.deepEqual(found, written);
  assert.equal(operationId, created.operationId);
  assert.deepEqual(await instances.find({ dbiResourceId: instance.dbiResourceId }), created);
});

test('a create puts an operation into the outbox and announces it to listeners', async () => {
  const listener = new pg.Client(databaseUrl);
  await listener.connect();
  await listener.query(`LISTEN ${OPERATION_CHANNEL}`);
  const announced = once(listener, 'notification');
  const { operationId } = await instances.create(newInstance('announced'), VERIFIER, CALL);
  const [notification] = await announced;
  await listener.end();
  assert.equal(notification.payload, operationId);
});

test('a second instance with the same identifier is refused, and nothing of it is written', async () => {
  await instances.create(newInstance('twin'), VERIFIER, CALL);
  const second = newInstance('twin', { machine: 'other' });
  await assert.rejects(instances.create(second, VERIFIER, CALL), { code: 'DBInstanceAlreadyExists' });
  assert.notEqual((await operations.findLatest('twin'))?.resource.id, second.dbiResourceId);
  assert.ok(!(await instances.listMachines()).includes('other'));
});

test("a machine gets the next free name where another server's machine has the wanted name", async () => {
  const names = async (...identifiers: string[]) => {
    const machine = 'cornac-wanted';
    const created = identifiers.map((each) =>
      instances.create(newInstance(each, { machine }), VERIFIER, CALL),
    );
    return (await Promise.all(created)).map((each) => each.machine);
  };
  assert.deepEqual(await names('wanted'), ['cornac-wanted']);
  assert.deepEqual((await names('w2', 'w3', 'w4')).sort(), [
    'cornac-wanted-2',
    'cornac-wanted-3',
    'cornac-wanted-4',
  ]);
  const [found] = await instances.list({ identifiers: ['w3'] });
  assert.match(found?.machine ?? '', /^cornac-wanted-[234]$/);
});

test("an existing instance is not registered with another server's machine", async () => {
  await instances.create(newInstance('holder'), VERIFIER, CALL);
  const taken = newInstance('taker', { machine: 'cornac-holder' });
  await assert.rejects(instances.register(taken, []), /the machine cornac-holder belongs to another server/);
  assert.equal(await instances.find({ identifier: 'taker' }), undefined);
});

test('server and endpoint are deleted with their instance', async () => {
  const { dbiResourceId, machine } = await createAvailable('passing');
  await operations.forget(await begin('passing', 'deleteDbInstance'), []);
  assert.ok(!(await instances.listMachines()).includes(machine));
  const [row] = await select(databaseUrl, 'SELECT count(*)::int FROM endpoint WHERE dbi_resource_id = $1', [
    dbiResourceId,
  ]);
  assert.deepEqual(row, { count: 0 });
});

test('facts that an operation found of a server are stored with the server', async () => {
  const { dbiResourceId } = await createAvailable('found');
  const room = { sizeKiB: 1, freeKiB: 1 };
  await operations.succeed(await begin('found', 'rebootDbInstance'), {
    status: 'available',
    patch: { address: '127.0.0.3', host: 'b' },
    found: { engineVersion: '15.19', room },
  });
  const rows = await select(
    databaseUrl,
    `SELECT s.host, s.address, e.address AS endpoint, s.facts FROM server AS s JOIN endpoint AS e USING (dbi_resource_id)
      WHERE dbi_resource_id = $1`,
    [dbiResourceId],
  );
  const facts = { engineVersion: '15.19', room };
  assert.deepEqual(rows, [{ host: 'b', address: '127.0.0.3', endpoint: '127.0.0.3', facts }]);
  const found = await instances.find({ dbiResourceId });
  assert.deepEqual([found?.host, found?.address], ['b', '127.0.0.3']);
});

test('an operation begins only in the statuses that allow it', async () => {
  await createAvailable('gated');
  await begin('gated', 'stopDbInstance');
  for (const type of ['rebootDbInstance', 'modifyDbInstance', 'startDbInstance', 'stopDbInstance'] as const) {
    await assert.rejects(begin('gated', type), { code: 'InvalidDBInstanceState' });
  }
  assert.equal((await instances.find({ identifier: 'gated' }))?.status, 'stopping');
  assert.equal((await operations.findLatest('gated'))?.type, 'stopDbInstance');
});

test('eight concurrent operations on one instance: exactly one begins', async () => {
  await createAvailable('crowded');
  const attempts = Array.from({ length: 8 }, () => begin('crowded', 'rebootDbInstance'));
  const settled = await Promise.allSettled(attempts);
  const begun = settled.filter(({ status }) => status === 'fulfilled');
  assert.equal(begun.length, 1);
  const open = await operations.listOpen();
  assert.equal(open.filter(({ resource }) => resource.name === 'crowded').length, 1);
});

test('concurrent changes of one instance: each sees what the previous one has written', async () => {
  await createAvailable('counted');
  const increment = () =>
    instances.change({ identifier: 'counted' }, CALL, ({ allocatedStorage }) => ({
      patch: { allocatedStorage: allocatedStorage + 1 },
    }));
  await Promise.all(Array.from({ length: 10 }, increment));
  assert.equal((await instances.find({ identifier: 'counted' }))?.allocatedStorage, 15);
});

test('a decision that throws leaves the instance unchanged', async () => {
  const before = await createAvailable('kept');
  const refusal = new Error('no');
  const refuse = () => {
    throw refusal;
  };
  await assert.rejects(instances.change({ identifier: 'kept' }, CALL, refuse), refusal);
  assert.deepEqual(await instances.find({ identifier: 'kept' }), before);
});

test('a change whose operation is refused writes nothing at all', async () => {
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

test('a change of a missing instance fails with DBInstanceNotFound', async () => {
  const nothing = () => ({});
  await assert.rejects(instances.change({ identifier: 'nobody' }, CALL, nothing), {
    message: 'DBInstance nobody not found.',
  });
  await assert.rejects(instances.change({ dbiResourceId: 'db-NOBODY' }, CALL, nothing), {
    message: 'DBInstance db-NOBODY not found.',
  });
});

test('instances are listed by identifier and by page', async () => {
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

test('a second registration of an existing instance changes nothing', async () => {
  const instance = newInstance('cornac', { status: 'available' });
  const events = [event('RDS-EVENT-0005')];
  await instances.register(instance, events);
  await instances.register({ ...instance, port: 1 }, events);
  assert.deepEqual(await instances.find({ identifier: 'cornac' }), instance);
  assert.deepEqual(await eventsOf('cornac'), ['RDS-EVENT-0005']);
});

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { openDatabase, openPool } from '../../src/inventory/database/client.ts';
import { recordEvents } from '../../src/inventory/events.ts';
import { event } from '../../src/model/event.ts';
import { startTestInventory } from '../support/inventory.ts';

const { inventory, databaseUrl, close } = await startTestInventory();
const pool = openPool(databaseUrl);
const database = openDatabase(pool);
after(async () => {
  await database.$disconnect();
  await pool.end();
  await close();
});

test('events of two resources with one name are distinguished by the kind of the resource', async () => {
  await database.$transaction(async (tx) => {
    await recordEvents(tx, { kind: 'db-instance', name: 'one' }, [event('RDS-EVENT-0005')]);
    await recordEvents(tx, { kind: 'db-snapshot', name: 'one' }, [event('CORNAC-EVENT-NOTE', 'kept')]);
  });
  const eventsOf = async (sourceType: string) => {
    const span = { from: new Date(0), to: new Date(), limit: 10 };
    const events = await inventory.listEvents({ ...span, sourceType, sourceIdentifier: 'one' });
    return events.map(({ message }) => message);
  };
  assert.deepEqual(await eventsOf('db-instance'), ['DB instance created']);
  assert.deepEqual(await eventsOf('db-snapshot'), ['Note: kept']);
  assert.deepEqual(await eventsOf('db-parameter-group'), []);
});

test('one operation writes the same event once for each of its resources', async () => {
  const operationId = randomUUID();
  const note = event('CORNAC-EVENT-NOTE', 'held');
  const resources = [
    { kind: 'db-instance', name: 'first' },
    { kind: 'db-instance', name: 'second' },
    { kind: 'db-snapshot', name: 'first' },
  ] as const;
  await database.$transaction(async (tx) => {
    for (const resource of [...resources, ...resources]) {
      await recordEvents(tx, resource, [note], operationId);
    }
  });
  const events = await inventory.listEvents({ from: new Date(0), to: new Date(), limit: 10 });
  assert.deepEqual(
    events
      .filter(({ message }) => message === 'Note: held')
      .map((each) => ({ kind: each.sourceType, name: each.sourceIdentifier })),
    resources,
  );
});

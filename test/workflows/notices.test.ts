import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import type { Change } from '../../src/inventory/instances.ts';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import { noProgress } from '../../src/providers/provider.ts';
import { scramVerifier } from '../../src/system/scram-verifier.ts';
import { anyTls } from '../support/any-tls.ts';
import { createWorld, PASSWORD, quiet, type World } from '../support/world.ts';

let world: World;
let instance: Instance;
before(async () => {
  quiet();
  world = await createWorld();
  const { dbiResourceId } = await world.create('told');
  instance = (await world.settle(dbiResourceId)) as Instance;
  assert.equal(instance.status, 'available');
});
after(() => world?.close());

async function run(change: Change): Promise<Instance> {
  const { dbiResourceId } = instance;
  await world.inventory.instances.change({ dbiResourceId }, { requestId: 'test' }, () => change);
  return (await world.settle(dbiResourceId)) as Instance;
}

async function notes(): Promise<string[]> {
  const events = await world.inventory.listEvents({
    from: new Date(0),
    to: new Date(Date.now() + 60_000),
    sourceIdentifier: 'told',
    limit: 100,
  });
  return events.filter(({ eventId }) => eventId === 'CORNAC-EVENT-NOTE').map(({ message }) => message);
}

async function asRdsadmin(sql: string) {
  return world.guest.psql(await world.provider.startMachine(instance.machine, noProgress()), sql);
}

test('repairs by a reboot are reported in events of the instance', async () => {
  await asRdsadmin('CREATE ROLE backdoor SUPERUSER; GRANT pg_execute_server_program TO backdoor;');
  assert.equal((await run({ operation: { type: 'rebootDbInstance' } })).status, 'available');
  const told = await notes();
  for (const note of ['Note: demoted backdoor', 'Note: revoked pg_execute_server_program from backdoor']) {
    assert.ok(told.includes(note), told.join('; '));
  }
});

test('sessions that a new password ended are reported in events', async () => {
  const client = new pg.Client({
    host: instance.address ?? '',
    port: instance.port,
    user: instance.masterUsername,
    password: PASSWORD,
    database: instance.dbName,
    ssl: anyTls,
  });
  client.on('error', () => {}); // the server ends it
  await client.connect();
  await client.query(`BEGIN; ALTER ROLE ${instance.masterUsername} CONNECTION LIMIT 9`);
  const changed = await run({
    masterVerifier: await scramVerifier('another-C0nf'),
    operation: { type: 'modifyDbInstance', input: { modification: { masterPassword: true } } },
  });
  assert.equal(changed.status, 'available');
  assert.ok((await notes()).includes(`Note: ended a session of ${instance.masterUsername}`));
});

test('a lasting SQL error ends the operation at once', async () => {
  const begun = Date.now();
  const changed = await run({
    patch: { masterUsername: 'pg_nobody' },
    masterVerifier: await scramVerifier('third-C0nf'),
    operation: { type: 'modifyDbInstance', input: { modification: { masterPassword: true } } },
  });
  assert.equal(changed.status, 'available');
  // Eight attempts would take two minutes.
  assert.ok(Date.now() - begun < 60_000, `${Date.now() - begun} ms`);
  const told = await notes();
  // The output of a machine goes to the history. Users of the API get a text of Cornac's.
  const reason = 'a command on its machine failed (exit status 65)';
  assert.ok(told.includes(`Note: modifyDbInstance did not succeed: ${reason}`), told.join('; '));
});

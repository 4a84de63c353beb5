import assert from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import pg from 'pg';
import type { Change } from '../../src/inventory/instances.ts';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import { scramVerifier } from '../../src/system/scram-verifier.ts';
import { anyTls } from '../support/any-tls.ts';
import { createWorld, PASSWORD, quiet, type World } from '../support/world.ts';
import { begin, eventsOf, remove, settled } from '../support/world-operations.ts';
import { connect } from './truth.ts';

let world: World;
before(async () => {
  quiet();
  world = await createWorld();
});
after(() => world?.close());

/** Runs a statement in a session that then hangs: its process handles no signal. @returns its process id */
async function hang(t: TestContext, { address, port }: Instance, statement: string): Promise<number> {
  const client = new pg.Client({
    ...{ host: address ?? '', port, user: 'postgres', password: PASSWORD, database: 'postgres' },
    ssl: anyTls,
  });
  client.on('error', () => {}); // the session is ended
  await client.connect();
  await client.query(statement);
  const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
  process.kill(rows[0].pid, 'SIGSTOP');
  t.after(() => client.end().catch(() => {}));
  return rows[0].pid;
}

/** The bounds are longer than other operations take. */
async function ended(instance: Instance, change: Change): Promise<Instance> {
  await begin(world, instance, change);
  return settled(world, instance).catch(() => settled(world, instance));
}

describe('an operation ends though a session hangs', { concurrency: true }, () => {
  test('a reboot ends the session', async (t) => {
    const instance = await settled(world, await world.create('stuck-reboot'));
    await hang(t, instance, 'SELECT 1');
    const rebooted = await ended(instance, { operation: { type: 'rebootDbInstance' } });
    assert.equal(rebooted.status, 'available');
    assert.equal(await connect(instance), instance.dbName);
    await remove(world, instance);
  });

  test('a new master password gives up, with the lock of the session as its reason', async (t) => {
    const instance = await settled(world, await world.create('stuck-reset'));
    const pid = await hang(t, instance, "BEGIN; ALTER ROLE postgres VALID UNTIL 'infinity'");
    const reset = async () => ({
      operation: {
        type: 'modifyDbInstance' as const,
        input: { modification: { masterPassword: true as const } },
        status: 'resetting-master-credentials' as const,
      },
      masterVerifier: await scramVerifier(PASSWORD),
    });
    assert.equal((await ended(instance, await reset())).status, 'available');
    const events = await eventsOf(world, 'stuck-reset');
    assert.ok(
      events.includes(
        'Note: modifyDbInstance did not succeed: sessions hold a lock in its PostgreSQL and do not end (exit status 55)',
      ),
      events.join('\n'),
    );
    process.kill(pid, 'SIGCONT');
    assert.equal((await ended(instance, await reset())).status, 'available');
    assert.ok((await eventsOf(world, 'stuck-reset')).includes('Reset master credentials'));
    await remove(world, instance);
  });
});

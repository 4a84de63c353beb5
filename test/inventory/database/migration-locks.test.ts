import assert from 'node:assert/strict';
import { after, type TestContext, test } from 'node:test';
import pg from 'pg';
import { isDatabaseUnavailable } from '../../../src/inventory/database/client.ts';
import { migrate, readMigrations } from '../../../src/inventory/database/migrate.ts';
import { MigrationError } from '../../../src/inventory/database/migration-error.ts';
import { select } from '../../support/many-instances.ts';
import { loadOlderInventory } from '../../support/older-inventory/load.ts';
import { startPostgres } from '../../support/postgres.ts';
import { waitUntil } from '../../support/wait-until.ts';

const postgres = await startPostgres();
after(() => postgres.stop());

/** An inventory without the migrations from 0009 on, and a session of another program in it. */
async function openOlder(t: TestContext) {
  const url = await postgres.createEmptyDatabase();
  await loadOlderInventory(url, '1ea862c');
  const other = new pg.Client({ connectionString: url, application_name: 'pg_dump' });
  await other.connect();
  t.after(() => other.end());
  return { url, other };
}

/** The number of migrations that an inventory of `openOlder` lacks. */
async function countSince0009(): Promise<number> {
  return (await readMigrations()).filter(({ name }) => name >= '0009').length;
}

/** Waits until the migration waits for a lock on a table. */
async function untilItWaits(url: string): Promise<void> {
  const sql = `SELECT FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
    WHERE l.locktype = 'relation' AND NOT l.granted AND a.datname = current_database()`;
  await waitUntil('the migration waits', async () => (await select(url, sql)).length > 0, {
    withinMs: 20_000,
    everyMs: 10,
  });
}

test('a change that an older program has not committed when the migration begins is kept', async (t) => {
  const { url, other } = await openOlder(t);
  await other.query('BEGIN');
  const { rows } = await other.query<{ id: string }>(
    `UPDATE instance SET address = '127.9.9.9', host = 'late' RETURNING dbi_resource_id AS id`,
  );
  assert.ok(rows.length > 0);
  const migrated = migrate(url);
  await untilItWaits(url);
  await other.query('COMMIT');
  await migrated;
  const addresses = await select(
    url,
    'SELECT DISTINCT s.host, s.address, e.address AS endpoint FROM server AS s JOIN endpoint AS e USING (dbi_resource_id)',
  );
  assert.deepEqual(addresses, [{ host: 'late', address: '127.9.9.9', endpoint: '127.9.9.9' }]);
});

test('a migration that gets no lock in time names the session that keeps it, and the next run succeeds', async (t) => {
  const { url, other } = await openOlder(t);
  await other.query('BEGIN; LOCK TABLE instance IN ACCESS SHARE MODE');
  const { rows } = await other.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const error = await migrate(url, { lockMs: 50 }).catch((reason: unknown) => reason);
  assert.ok(error instanceof MigrationError, String(error));
  assert.match(
    error.message,
    /^migration 0009_\w+ was not applied: .*; wait until it ends.*run `cornac migratedb` again$/,
  );
  assert.ok(error.message.includes(`process ${rows[0]?.pid} (pg_dump)`), error.message);
  // `cornac bootstrap` waits.
  assert.equal(isDatabaseUnavailable(error), true);
  await other.query('ROLLBACK');
  assert.equal((await migrate(url)).length, await countSince0009());
});

test('a migration that is the victim of a deadlock with an older program is applied all the same', async (t) => {
  const { url, other } = await openOlder(t);
  // The migration's session looks for a deadlock after this time, the other one never.
  await select(
    url,
    `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET deadlock_timeout = ''3s''', current_database()); END $$`,
  );
  await other.query("SET deadlock_timeout = '1h'");
  await other.query('BEGIN; LOCK TABLE operation IN ROW EXCLUSIVE MODE');
  const migrated = migrate(url);
  await untilItWaits(url);
  await other.query('SELECT FROM instance');
  await other.query('COMMIT');
  assert.equal((await migrated).length, await countSince0009());
});

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import pg from 'pg';
import { migrate, readMigrations } from '../../../src/inventory/database/migrate.ts';
import { MigrationError } from '../../../src/inventory/database/migration-error.ts';
import { startPostgres } from '../../support/postgres.ts';

const postgres = await startPostgres();
after(() => postgres.stop());

const NAMES = (await readMigrations()).map(({ name }) => name);

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}
async function tablesOf(url: string) {
  return (await query(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")).map(
    ({ tablename }) => tablename,
  );
}

test('an empty database gets all tables, and a second run has nothing to do', async () => {
  const url = await postgres.createEmptyDatabase();
  assert.deepEqual(await migrate(url), NAMES);
  const tables = await tablesOf(url);
  assert.ok(
    ['instance', 'operation', 'event', 'secret', 'invocation'].every((name) => tables.includes(name)),
  );
  assert.deepEqual(await migrate(url), []);
  assert.deepEqual(await tablesOf(url), tables);
});

test('a dry run lists the pending migrations and changes nothing', async () => {
  const url = await postgres.createEmptyDatabase();
  assert.deepEqual(await migrate(url, { dry: true }), NAMES);
  assert.deepEqual(await tablesOf(url), []);
  await migrate(url);
  assert.deepEqual(await migrate(url, { dry: true }), []);
});

test('two concurrent migrators: one migrates, the other finds nothing to do', async () => {
  const url = await postgres.createEmptyDatabase();
  const both = await Promise.all([migrate(url), migrate(url)]);
  assert.deepEqual(both.flat(), NAMES);
});

test('Prisma recognises the migrations as applied', async () => {
  const url = await postgres.createEmptyDatabase();
  await migrate(url);
  const rows = await query(url, 'SELECT * FROM _prisma_migrations ORDER BY migration_name');
  const migrations = await readMigrations();
  assert.deepEqual(
    rows.map(({ migration_name, checksum }) => [migration_name, checksum]),
    migrations.map(({ name, checksum }) => [name, checksum]),
  );
  for (const { finished_at, applied_steps_count, rolled_back_at } of rows) {
    assert.ok(finished_at instanceof Date);
    assert.equal(applied_steps_count, 1);
    assert.equal(rolled_back_at, null);
  }
});

test('a database with tables of another owner is left alone', async () => {
  const url = await postgres.createEmptyDatabase();
  await query(url, 'CREATE TABLE customers (id integer)');
  for (const options of [{}, { dry: true }]) {
    await assert.rejects(migrate(url, options), (error: Error) => {
      assert.ok(error instanceof MigrationError);
      assert.match(error.message, /customers.*DATABASE_URL/);
      return true;
    });
  }
  assert.deepEqual(await tablesOf(url), ['customers']);
});

test('a migration that was changed after it was applied is refused', async () => {
  const url = await postgres.createInventoryDatabase();
  await query(url, "UPDATE _prisma_migrations SET checksum = 'other'");
  await assert.rejects(migrate(url), /was changed after it was applied/);
});

test('a database of a newer Cornac is refused', async () => {
  const url = await postgres.createInventoryDatabase();
  await query(
    url,
    "INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name) VALUES ('x', 'y', now(), '9999_future')",
  );
  await assert.rejects(migrate(url), /9999_future is applied but unknown to this version/);
});

test('a migration that fails leaves no trace, and the next run resumes', async () => {
  const url = await postgres.createEmptyDatabase();
  // The type of this name conflicts with the table's type.
  await query(url, 'CREATE TYPE engine_version AS (a integer)');
  await assert.rejects(migrate(url), /engine_version/);
  assert.deepEqual(await query(url, 'SELECT * FROM _prisma_migrations'), []);
  assert.ok(!(await tablesOf(url)).includes('instance'));

  await query(url, 'DROP TYPE engine_version');
  assert.deepEqual(await migrate(url), NAMES);
});

test('an unreachable database is an error at once', async () => {
  await assert.rejects(migrate('postgresql://postgres@127.0.0.1:1/none'), { code: 'ECONNREFUSED' });
});

import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type pg from 'pg';
import { connectionTo, type InventoryAddress } from './address.ts';
import { MigrationError } from './migration-error.ts';
import { isDeadlock, isLockTimeout, lockedOut, lockTables } from './migration-locks.ts';
import { ScramClient } from './scram-client.ts';

export interface Migration {
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, hex, as Prisma records it. */
  readonly checksum: string;
}

const MIGRATIONS = new URL('../../../prisma/migrations/', import.meta.url);

// Any number that all Cornacs share: one migration at a time.
const LOCK = 4107_2026;

// Prisma's own table, so that its tools understand what was applied.
const TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

/** A migration that is the victim of a deadlock so many times fails. */
const MAX_ATTEMPTS = 3;
/** A lock that a migration waits for keeps all later queries waiting. */
const LOCK_MS = 15_000;

export interface MigrateOptions {
  /** Only find what would be applied. */
  readonly dry?: boolean;
  /** How long a migration waits for each lock on a table. */
  readonly lockMs?: number;
}

/** The project's migrations, in the order in which they apply. */
export async function readMigrations(directory: URL = MIGRATIONS): Promise<Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(`${name}/migration.sql`, directory), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

async function selectApplied(client: pg.Client): Promise<Map<string, string>> {
  const { rows: tables } = await client.query("SELECT to_regclass('_prisma_migrations') AS name");
  if (tables[0].name === null) return new Map();
  const { rows } = await client.query(
    'SELECT migration_name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
  );
  return new Map(rows.map((row) => [row.migration_name, row.checksum]));
}

async function selectForeignTables(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query(
    // Cornac's own table exists and is empty when the very first migration has failed.
    `SELECT tablename FROM pg_tables
      WHERE schemaname = 'public' AND tablename <> '_prisma_migrations' ORDER BY 1 LIMIT 5`,
  );
  return rows.map((row) => row.tablename);
}

async function findPending(client: pg.Client, migrations: readonly Migration[]): Promise<Migration[]> {
  const applied = await selectApplied(client);
  const tables = applied.size === 0 ? await selectForeignTables(client) : [];
  if (tables.length > 0) {
    throw new MigrationError(
      `the database contains tables that are not Cornac's (${tables.join(', ')}): name an empty database in DATABASE_URL`,
    );
  }
  for (const [name, checksum] of applied) {
    const ours = migrations.find((migration) => migration.name === name);
    if (!ours) {
      throw new MigrationError(
        `migration ${name} is applied but unknown to this version: run a newer Cornac`,
      );
    }
    if (ours.checksum !== checksum) {
      throw new MigrationError(`migration ${name} was changed after it was applied`);
    }
  }
  return migrations.filter(({ name }) => !applied.has(name));
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration, lockMs: number): Promise<void> {
  await client.query('BEGIN');
  try {
    await lockTables(client, lockMs);
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count)
       VALUES ($1, $2, now(), $3, 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

/** Applies a migration, again where it was the victim of a deadlock. @throws MigrationError when another session keeps a lock */
async function applyWithRetry(client: pg.Client, migration: Migration, lockMs: number): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await apply(client, migration, lockMs);
      return;
    } catch (error) {
      if (isDeadlock(error) && tries < MAX_ATTEMPTS) continue;
      if (isLockTimeout(error)) throw await lockedOut(client, migration, error);
      throw error;
    }
  }
}

/**
 * Brings the inventory's schema up to date: each migration in a transaction, one migrator at a time. With
 * `dry` it only lists the pending migrations.
 * @returns names of the migrations that were (or would be) applied
 * @throws MigrationError when the database is not ours or newer than we are, or another session keeps a table locked
 */
export async function migrate(
  inventory: InventoryAddress,
  { dry = false, lockMs = LOCK_MS }: MigrateOptions = {},
): Promise<string[]> {
  const client = new ScramClient({ ...connectionTo(inventory), connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    const pending = await findPending(client, await readMigrations());
    if (!dry && pending.length > 0) {
      await client.query(TABLE);
      for (const migration of pending) await applyWithRetry(client, migration, lockMs);
    }
    return pending.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

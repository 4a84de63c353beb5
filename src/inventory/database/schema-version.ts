import type pg from 'pg';
import { hasCode } from '../../system/has-code.ts';
import { readMigrations } from './migrate.ts';
import { MigrationError } from './migration-error.ts';

const APPLIED = `
  SELECT migration_name AS name FROM _prisma_migrations
   WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY 1`;

const UNDEFINED_TABLE = '42P01';

async function readNames(): Promise<readonly string[]> {
  return (await readMigrations()).map(({ name }) => name);
}

/** Names of the migrations that the inventory has; an empty database has none. */
async function selectApplied(pool: pg.Pool): Promise<readonly string[]> {
  try {
    const { rows } = await pool.query<{ name: string }>(APPLIED);
    return rows.map(({ name }) => name);
  } catch (error) {
    if (hasCode(error, UNDEFINED_TABLE)) return [];
    throw error;
  }
}

/** The inventory was migrated by a newer Cornac: what this one writes into it could be wrong. */
export class InventoryTooNew extends MigrationError {
  override readonly name = 'InventoryTooNew';
}

/**
 * Makes the check that the inventory has the tables of this Cornac.
 * @returns a function that throws InventoryTooNew where the inventory has a migration that this Cornac does
 *   not know, and MigrationError where the inventory misses a migration
 */
export function createSchemaCheck(pool: pg.Pool): () => Promise<void> {
  let reading: Promise<readonly string[]> | undefined;
  return async () => {
    reading ??= readNames().catch((error) => {
      // A kept failure would be the answer for ever.
      reading = undefined;
      throw error;
    });
    const ours = await reading;
    const applied = await selectApplied(pool);
    const unknown = applied.filter((name) => !ours.includes(name));
    if (unknown.length > 0) {
      throw new InventoryTooNew(
        `the inventory belongs to a newer Cornac: this version does not know its migration ${unknown.join(', ')}; ` +
          'run a Cornac at least as new as the one that ran `cornac migratedb`',
      );
    }
    const missing = ours.filter((name) => !applied.includes(name));
    if (missing.length > 0) {
      throw new MigrationError(
        `the inventory lacks the migration ${missing.join(', ')}: run \`cornac migratedb\``,
      );
    }
  };
}

import type pg from 'pg';
import { MigrationError, readMigrations } from './migrate.ts';

const APPLIED = `
  SELECT migration_name AS name FROM _prisma_migrations
   WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY 1`;

/** A newer Cornac has migrated the inventory: this Cornac could write wrong data into it. */
export class InventoryTooNew extends MigrationError {}

/**
 * Makes the check that the inventory has the tables of this Cornac.
 * @returns a function that throws InventoryTooNew where the inventory has a migration that this Cornac does
 *   not know, and MigrationError where the inventory misses a migration
 */
export function createSchemaCheck(pool: pg.Pool): () => Promise<void> {
  let reading: Promise<readonly string[]> | undefined;
  return async () => {
    reading ??= readMigrations().then((migrations) => migrations.map(({ name }) => name));
    const ours = await reading;
    const { rows } = await pool.query<{ name: string }>(APPLIED);
    const applied = rows.map(({ name }) => name);
    const unknown = applied.filter((name) => !ours.includes(name));
    if (unknown.length > 0) {
      throw new InventoryTooNew(
        `the inventory is of a newer Cornac: this one does not know its migration ${unknown.join(', ')}; ` +
          'run a Cornac at least as new as the one that ran `cornac migratedb`',
      );
    }
    const lacking = ours.filter((name) => !applied.includes(name));
    if (lacking.length > 0) {
      throw new MigrationError(
        `the inventory lacks the migration ${lacking.join(', ')}: run \`cornac migratedb\``,
      );
    }
  };
}

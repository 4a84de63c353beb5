import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { readMigrations } from '../../src/inventory/database/migrate.ts';
import { PrismaClient } from '../../src/inventory/generated/client.ts';
import { openSchemaEngine } from '../support/schema-engine.ts';
import { type Database, makeDatabase, poolConfig } from './database.ts';

const MIGRATIONS = new URL('prisma/migrations/', import.meta.url);
const EVERYTHING = { externalTables: [], externalEnums: [] };

/** The migrations of the project, as Prisma's engine takes them. */
async function listMigrations() {
  const lockfile = 'migration_lock.toml';
  return {
    baseDir: fileURLToPath(MIGRATIONS),
    lockfile: { path: lockfile, content: await readFile(new URL(lockfile, MIGRATIONS), 'utf8') },
    shadowDbInitScript: '',
    migrationDirectories: (await readMigrations(MIGRATIONS)).map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } as const },
    })),
  };
}

/** What `prisma migrate deploy` does, by its engine as a module: as a program the engine is no part of the npm package. */
export function testPrisma(master: () => Database): void {
  describe('Prisma', () => {
    test('applies its migrations once, and reads', async (t) => {
      const pool = new pg.Pool(poolConfig(await makeDatabase(master(), 'prisma')));
      t.after(() => pool.end());
      const migrationsList = await listMigrations();
      const names = migrationsList.migrationDirectories.map(({ path }) => path);
      const engine = await openSchemaEngine(pool);
      const deploy = () => engine.applyMigrations({ migrationsList, filters: EVERYTHING });
      assert.deepEqual((await deploy()).appliedMigrationNames, names);
      assert.deepEqual((await deploy()).appliedMigrationNames, []);

      const client = new PrismaClient({ adapter: new PrismaPg(pool) });
      t.after(() => client.$disconnect());
      const [row] = await client.$queryRaw<{ ssl: boolean; orders: bigint }[]>`
        SELECT ssl, (SELECT count(*) FROM "Order") AS orders FROM pg_stat_ssl WHERE pid = pg_backend_pid()`;
      assert.deepEqual(row, { ssl: true, orders: 0n });
    });
  });
}

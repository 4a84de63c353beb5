import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import pg from 'pg';
import { startPostgres } from '../../support/postgres.ts';
import { openSchemaEngine } from '../../support/schema-engine.ts';

const postgres = await startPostgres();
after(() => postgres.stop());

const SCHEMA = new URL('../../../prisma/schema.prisma', import.meta.url);

/** The SQL with which Prisma itself would bring an empty database to `schema`. */
async function sqlOf(schema: string, databaseUrl: string): Promise<string> {
  const pool = new pg.Pool({ connectionString: databaseUrl });
  const prisma = await openSchemaEngine(pool);
  const { stdout } = await prisma.diff({
    from: { tag: 'empty' },
    to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content: schema }] },
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  await pool.end();
  return stdout ?? '';
}

/** Columns, keys and indexes of a database, one line each. */
async function describe(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query(`
    SELECT format('%s.%s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                  a.attnotnull, pg_get_expr(d.adbin, d.adrelid)) AS line
      FROM pg_class c
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> '_prisma_migrations'
    UNION ALL
    SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'
    UNION ALL
    SELECT format('%s %s', conrelid::regclass, pg_get_constraintdef(oid)) FROM pg_constraint
     WHERE connamespace = 'public'::regnamespace AND conrelid <> '_prisma_migrations'::regclass
    ORDER BY 1`);
  return rows.map(({ line }) => line);
}

async function connect(url: string) {
  const client = new pg.Client(url);
  await client.connect();
  return client;
}

test('the migrations make the tables, keys and indexes of schema.prisma', async () => {
  const url = await postgres.createEmptyDatabase();
  const [wanted, migrated] = await Promise.all([
    connect(url),
    connect(await postgres.createInventoryDatabase()),
  ]);
  try {
    await wanted.query(await sqlOf(await readFile(SCHEMA, 'utf8'), url));
    await wanted.query('CREATE TABLE _prisma_migrations (id integer)');
    const lines = await describe(wanted);
    assert.ok(lines.length > 50);
    assert.deepEqual(await describe(migrated), lines);
  } finally {
    await Promise.all([wanted.end(), migrated.end()]);
  }
});

import type { Target } from './target.ts';

const LOCKS = [
  'ACCESS EXCLUSIVE',
  'EXCLUSIVE',
  'SHARE ROW EXCLUSIVE',
  'SHARE',
  'SHARE UPDATE EXCLUSIVE',
  'ROW EXCLUSIVE',
];

/**
 * Every user may change settings of the own session through this view, and lock it, because it has no table.
 */
const MAY_BE_UPDATED = ['pg_catalog.pg_settings'];

function attempts(name: string, column: string, version: number): string[] {
  return [
    `UPDATE ${name} SET ${column} = ${column}`,
    `INSERT INTO ${name} (${column}) VALUES (NULL)`,
    `DELETE FROM ${name}`,
    `TRUNCATE ${name}`,
    ...(version >= 15
      ? [`MERGE INTO ${name} AS t USING (SELECT 1) AS s ON true WHEN MATCHED THEN DELETE`]
      : []),
    ...LOCKS.map((mode) => `LOCK TABLE ${name} IN ${mode} MODE`),
    `SELECT 1 FROM ${name} FOR UPDATE`,
    `ALTER TABLE ${name} OWNER TO CURRENT_USER`,
    `CREATE OR REPLACE RULE attack AS ON UPDATE TO ${name} DO INSTEAD NOTHING`,
  ];
}

/** Tries to write to, lock and take over every table and view of the catalogs. */
export async function attackCatalogs(target: Target): Promise<void> {
  const relations = await target.rows(
    `SELECT c.oid::regclass::text AS name, quote_ident(attname) AS column, relkind AS kind
     FROM pg_class AS c JOIN pg_attribute ON attrelid = c.oid AND attnum = 1
     WHERE relnamespace IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
       AND relkind IN ('r', 'v', 'p', 'm') ORDER BY c.oid`,
  );
  for (const { name = '', column = '' } of relations) {
    const full = name.includes('.') ? name : `pg_catalog.${name}`;
    for (const sql of attempts(full, column, target.version)) {
      // A view that cannot be updated at all fails before PostgreSQL checks the privilege.
      await target.query('BEGIN');
      const isOwn = MAY_BE_UPDATED.includes(full) && /^(UPDATE|SELECT|LOCK)/.test(sql);
      if (isOwn) await target.query(sql);
      else await target.fails(sql);
      await target.query('ROLLBACK');
    }
    // PostgreSQL warns that nothing was granted, and raises no error.
    await target.query(`GRANT ALL ON ${full} TO CURRENT_USER`);
    await target.check(full);
  }
  const granted = await target.rows(
    `SELECT c.oid::regclass::text AS name FROM pg_class AS c, aclexplode(relacl)
     WHERE c.oid < 16384 AND grantee = to_regrole(current_user::text)`,
  );
  for (const { name } of granted) target.accept(`a privilege on ${name}`);
}

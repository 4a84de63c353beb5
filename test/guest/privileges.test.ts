import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import pg from 'pg';
import type { RunningMachine } from '../../src/providers/provider.ts';
import { type LocalWorld, makeLocalWorld, makeServer, scramVerifier } from '../support/local/world.ts';

const password = 'canary-in-password';
const verifier = scramVerifier(password);
let world: LocalWorld;
let machine: RunningMachine;
let master: pg.Client;

before(async () => {
  world = await makeLocalWorld();
  machine = await makeServer(world, 'cornac-roles');
  await world.guest.configure(machine, { log_statement: 'all', log_min_duration_statement: '0' });
  await world.guest.ensureMaster(machine, { user: 'master', verifier, database: 'app' });
  master = await connect('master', password);
});
after(async () => {
  await master?.end();
  await world.remove();
});

async function connect(user: string, secret: string, database = 'app'): Promise<pg.Client> {
  const client = new pg.Client({ host: machine.address, port: 5432, user, password: secret, database });
  await client.connect();
  return client;
}

// 42939: the name of a predefined role is reserved.
function refused(sql: string) {
  return assert.rejects(master.query(sql), { code: /^(42501|42939)$/ }, sql);
}

test('the master user has the attributes and roles of RDS’s', async () => {
  const { rows } = await master.query(
    `SELECT rolcanlogin, rolsuper, rolinherit, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls,
       rolvaliduntil = 'infinity' AS forever, pg_has_role(oid, 'rds_superuser', 'MEMBER') AS member
     FROM pg_roles WHERE rolname = current_user`,
  );
  assert.deepEqual(rows, [
    {
      rolcanlogin: true,
      rolsuper: false,
      rolinherit: true,
      rolcreatedb: true,
      rolcreaterole: true,
      rolreplication: false,
      rolbypassrls: false,
      forever: true,
      member: true,
    },
  ]);
});

test('the master user owns its databases, and rdsadmin owns rdsadmin', async () => {
  const { rows } = await master.query(
    'SELECT datname, datdba::regrole::text AS owner FROM pg_database ORDER BY datname',
  );
  assert.deepEqual(
    rows.map(({ datname, owner }) => `${datname} ${owner}`),
    ['app master', 'postgres master', 'rdsadmin rdsadmin', 'template0 rdsadmin', 'template1 master'],
  );
  await assert.rejects(connect('master', password, 'rdsadmin'), { code: '42501' });
});

test('the master user can create databases, roles, schemas and trusted extensions', async () => {
  await master.query('CREATE DATABASE second');
  await master.query('CREATE ROLE clerk LOGIN');
  await master.query('GRANT rds_superuser TO clerk');
  await master.query('CREATE SCHEMA desk AUTHORIZATION clerk').catch(async () => {
    await master.query('GRANT clerk TO master');
    await master.query('CREATE SCHEMA desk AUTHORIZATION clerk');
  });
  await master.query('CREATE EXTENSION IF NOT EXISTS pgcrypto');
  await master.query('SELECT pg_terminate_backend(0)');
});

test('the master user cannot become a superuser', async () => {
  await refused('ALTER ROLE master SUPERUSER');
  await refused('CREATE ROLE boss SUPERUSER');
  await refused('GRANT rdsadmin TO master');
  await refused('SET ROLE rdsadmin');
  await refused('SET SESSION AUTHORIZATION rdsadmin');
  await refused(`UPDATE pg_authid SET rolsuper = true WHERE rolname = 'master'`);
  await refused('ALTER ROLE master REPLICATION');
  await refused('ALTER ROLE master BYPASSRLS');
});

test('rdsadmin can neither be altered nor dropped', async () => {
  await refused(`ALTER ROLE rdsadmin PASSWORD 'mine'`);
  await refused('ALTER ROLE rdsadmin NOSUPERUSER');
  await refused(`ALTER ROLE rdsadmin SET search_path = public`);
  await refused('ALTER ROLE rdsadmin RENAME TO gone');
  await refused('DROP ROLE rdsadmin');
  await assert.rejects(master.query('DROP DATABASE rdsadmin'), { code: '42501' });
});

const allowed = [
  'pg_monitor',
  'pg_read_all_settings',
  'pg_read_all_stats',
  'pg_stat_scan_tables',
  'pg_signal_backend',
  'pg_checkpoint',
  'pg_database_owner',
];

/** Every predefined role of this version, except those that every user may have. */
async function listGuarded(): Promise<string[]> {
  const { rows } = await master.query(`SELECT rolname FROM pg_roles WHERE rolname ~ '^pg_'`);
  const guarded = rows.map(({ rolname }) => String(rolname)).filter((name) => !allowed.includes(name));
  assert.ok(guarded.length >= 3);
  return guarded;
}

test('the master user has no access to the operating system', async () => {
  for (const role of await listGuarded()) {
    await refused(`GRANT ${role} TO master`);
    await refused(`CREATE ROLE helper IN ROLE ${role}`);
    await refused(`ALTER GROUP ${role} ADD USER master`);
    await refused(`SET ROLE ${role}`);
    await refused(`ALTER ROLE ${role} RENAME TO harmless`);
  }
  await refused(`COPY (SELECT 1) TO PROGRAM 'id'`);
  await refused(`COPY (SELECT 1) TO '/tmp/cornac-escape'`);
  await refused(`SELECT pg_read_file('/etc/passwd')`);
  await refused(`SELECT lo_import('/etc/passwd')`);
  await refused('CREATE EXTENSION file_fdw');
  await refused('CREATE EXTENSION xml2');
  await refused(`CREATE FUNCTION f() RETURNS int LANGUAGE c AS '/tmp/x'`);
  await refused(`ALTER SYSTEM SET archive_command = 'id'`);
  await refused(`LOAD '/tmp/x'`);
});

test('without the mark as superuser CREATEROLE is enough for a forbidden role, so that the guard is needed', async () => {
  const version = Number(await world.guest.psql(machine, 'SHOW server_version_num;'));
  if (version >= 160000) return;
  const list = (await listGuarded()).map((role) => `'${role}'`).join();
  const guard = (on: boolean) =>
    world.guest.psql(machine, `UPDATE pg_authid SET rolsuper = ${on} WHERE rolname IN (${list});`);
  await guard(false);
  await master.query('GRANT pg_execute_server_program TO master');
  await master.query('REVOKE pg_execute_server_program FROM master');
  await guard(true);
  await refused('GRANT pg_execute_server_program TO master');
});

test('no catalog can be written to through its views', async () => {
  for (const sql of [
    `UPDATE pg_group SET grosysid = 90001 WHERE groname = 'pg_execute_server_program'`,
    `UPDATE pg_stat_database_conflicts SET datname = 'gone' WHERE datname = 'rdsadmin'`,
    'LOCK TABLE pg_group IN ACCESS EXCLUSIVE MODE',
  ]) {
    await assert.rejects(master.query(sql), { code: /^(42501|55000|25P01)$/ }, sql);
  }
});

test('the roles of Cornac cannot be dropped', async () => {
  for (const role of ['rds_superuser', 'rds_replication', 'rds_password', 'rds_iam', 'rdstopmgr']) {
    await assert.rejects(master.query(`DROP ROLE ${role}`), { code: /42501|2BP01/ }, role);
  }
  await master.query('DROP OWNED BY rds_superuser').catch(() => {});
  await assert.rejects(master.query('DROP ROLE rds_superuser'), { code: /42501|2BP01/ });
});

test('a function of the master user does not run as rdsadmin', async () => {
  await master.query(`CREATE FUNCTION public.format(text, text, text) RETURNS text LANGUAGE plpgsql
    AS $$BEGIN ALTER ROLE master SUPERUSER; RETURN 'SELECT 1'; END$$`);
  await world.guest.ensureMaster(machine, { user: 'master', database: 'third' });
  const { rows } = await master.query('SELECT rolsuper FROM pg_roles WHERE rolname = current_user');
  assert.deepEqual(rows, [{ rolsuper: false }]);
});

test('names of other roles are refused as a master user', async () => {
  for (const user of ['rdsadmin', 'rds_superuser', 'pg_monitor', 'pg_read_server_files']) {
    await assert.rejects(world.guest.ensureMaster(machine, { user }), { code: 'CommandFailed' }, user);
  }
});

test('a password that is not a verifier is refused, and is not in the error', async () => {
  for (const secret of [password, `SCRAM-SHA-256$4096:'; DROP`, `md5${'0'.repeat(32)}`]) {
    await assert.rejects(
      world.guest.setMasterPassword(machine, { user: 'master', verifier: secret }),
      (error) => !String(error).includes(secret),
    );
  }
});

test('names may have all characters that PostgreSQL allows', async () => {
  const odd = { user: `o'"dd`, verifier, database: `d "b' \\ \${x}` };
  await world.guest.ensureMaster(machine, odd);
  await (await connect(odd.user, password, odd.database)).end();
});

test('neither password nor verifier is in a log or in what other sessions see', async () => {
  const setPassword = world.guest.setMasterPassword(machine, { user: 'master', verifier });
  const seen: string[] = [];
  for (let done = false; !done; ) {
    done = await Promise.race([
      setPassword.then(() => true),
      new Promise<false>((go) => setImmediate(go, false)),
    ]);
    seen.push(execFileSync('ps', ['-eo', 'args']).toString());
    const { rows } = await master.query('SELECT query FROM pg_stat_activity');
    seen.push(...rows.map(({ query }) => String(query)));
  }
  const logDir = `${machine.guestRoot}/log`;
  for (const entry of readdirSync(logDir, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) seen.push(readFileSync(`${entry.parentPath}/${entry.name}`, 'utf8'));
  }
  assert.ok(
    seen.some((text) => text.includes('pg_stat_activity')),
    'the log does log',
  );
  for (const text of seen) assert.ok(!text.includes(password) && !text.includes(verifier.slice(20)));
});

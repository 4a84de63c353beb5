import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import type { RunningMachine } from '../../src/providers/provider.ts';
import { type LocalWorld, makeLocalWorld, makeServer, scramVerifier } from '../support/local/world.ts';
import { assertIsWhole, ways } from './lock-outs.ts';

const FIRST = 'before-the-reset';
let world: LocalWorld;
let machine: RunningMachine;
let major: number;

before(async () => {
  world = await makeLocalWorld();
  machine = await makeServer(world, 'cornac-reset');
  major = Math.floor(Number(await world.guest.psql(machine, 'SHOW server_version_num;')) / 10_000);
});
after(() => world.remove());

async function connect(user: string, database: string, password = FIRST): Promise<pg.Client> {
  const client = new pg.Client({ host: machine.address, port: 5432, user, password, database });
  client.on('error', () => {});
  await client.connect();
  return client;
}

for (const [index, [what, ...statements]] of ways.entries()) {
  test(`a master user who ${what} has all rights again after a reset`, async () => {
    const user = `m${index}`;
    const own = `own${index}`;
    await world.guest.ensureMaster(machine, { user, verifier: scramVerifier(FIRST), database: own });
    const client = await connect(user, own);
    const others = await world.guest.psql(
      machine,
      `SELECT datname FROM pg_database WHERE datname ~ '^own' AND datname <> '${own}';`,
    );
    for (const database of others.split('\n').filter(Boolean)) {
      await world.guest.psql(machine, `REVOKE CONNECT ON DATABASE ${database} FROM PUBLIC;`);
    }
    for (const sql of statements) {
      await client.query(sql.replaceAll('MASTER', user).replaceAll('OWN', own)).catch((error) => {
        // Some versions refuse a statement: then there is nothing to restore.
        assert.match(error.code, /^(42501|0A000|0LP01)$/);
      });
    }
    await client.end();
    await world.guest.setMasterPassword(machine, { user, verifier: scramVerifier('after') });
    const back = await connect(user, own, 'after').catch(() => connect(user, 'postgres', 'after'));
    await assertIsWhole(back, user);
    await back.end();
  });
}

test('a reset opens a new database postgres for a user without a database', async () => {
  await world.guest.ensureMaster(machine, {
    user: 'alone',
    verifier: scramVerifier(FIRST),
    database: 'only',
  });
  await world.guest.psql(
    machine,
    `SELECT format('DROP DATABASE %I', datname) FROM pg_database
     WHERE datname NOT IN ('rdsadmin', 'template0', 'template1') \\gexec`,
  );
  const verifier = scramVerifier('after');
  const { notices } = await world.guest.setMasterPassword(machine, { user: 'alone', verifier });
  assert.deepEqual(notices, ['opened the database postgres']);
  await (await connect('alone', 'postgres', 'after')).end();
});

test('a reset opens the last database of a user whose name is not valid text', async () => {
  await world.guest.ensureMaster(machine, { user: 'odd', verifier: scramVerifier(FIRST), database: 'name' });
  const rename = Buffer.from('ALTER DATABASE name RENAME TO "name\xff"', 'latin1').toString('hex');
  await world.guest.psql(
    machine,
    `CREATE DATABASE ascii ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0;
     \\connect ascii
     DO $$BEGIN EXECUTE convert_from(decode('${rename}', 'hex'), 'SQL_ASCII'); END$$;
     \\connect rdsadmin
     SELECT format('DROP DATABASE %I', datname) FROM pg_database
     WHERE datname NOT IN ('rdsadmin', 'template0', 'template1') AND datname !~ '^name' \\gexec
     UPDATE pg_database SET datallowconn = false WHERE datname ~ '^name';`,
  );
  const verifier = scramVerifier('after');
  const { notices } = await world.guest.setMasterPassword(machine, { user: 'odd', verifier });
  assert.deepEqual(notices, ['opened the database name?']);
  const open = await world.guest.psql(
    machine,
    `SELECT datallowconn FROM pg_database WHERE datname ~ '^name';`,
  );
  assert.equal(open, 't\n');
});

test('a reset removes settings of a database whose name is not valid text', async () => {
  await world.guest.ensureMaster(machine, {
    user: 'bytes',
    verifier: scramVerifier(FIRST),
    database: 'text',
  });
  const statements = [
    'CREATE DATABASE "text\xff" OWNER bytes',
    'ALTER DATABASE "text\xff" SET local_preload_libraries = nothing',
    'ALTER ROLE bytes IN DATABASE "text\xff" SET work_mem = 64',
  ];
  const sql = Buffer.from(statements.map((statement) => `${statement};\n`).join(''), 'latin1');
  await world.guest.psql(
    machine,
    `CREATE DATABASE ascii2 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0;
     \\connect ascii2
     SELECT regexp_split_to_table(convert_from(decode('${sql.toString('hex')}', 'hex'), 'SQL_ASCII'), ';') \\gexec`,
  );
  await world.guest.setMasterPassword(machine, { user: 'bytes', verifier: scramVerifier('after') });
  await (await connect('bytes', 'text', 'after')).end();
  const left = await world.guest.psql(
    machine,
    `SELECT count(*) FROM pg_db_role_setting JOIN pg_database ON oid = setdatabase WHERE datname ~ '^text';`,
  );
  assert.equal(left, '0\n');
});

test('a reset replaces a database postgres that an interrupted DROP DATABASE has left', async (t) => {
  const open = `UPDATE pg_database SET datallowconn = true WHERE datname ~ '^(name|text)';`;
  t.after(() => world.guest.psql(machine, open));
  await world.guest.ensureMaster(machine, { user: 'half', verifier: scramVerifier(FIRST), database: 'gone' });
  await world.guest.psql(
    machine,
    `SELECT format('DROP DATABASE %I', datname) FROM pg_database
     WHERE datname NOT IN ('rdsadmin', 'template0', 'template1', 'postgres') AND datname !~ '^(name|text)' \\gexec
     UPDATE pg_database SET datallowconn = false WHERE datname ~ '^(name|text)';
     UPDATE pg_database SET datconnlimit = -2 WHERE datname = 'postgres';`,
  );
  const verifier = scramVerifier('after');
  const { notices } = await world.guest.setMasterPassword(machine, { user: 'half', verifier });
  assert.deepEqual(notices, ['opened the database postgres']);
  await (await connect('half', 'postgres', 'after')).end();
});

test('a reset leaves a closed database closed while the user has another one', async () => {
  const user = 'careful';
  await world.guest.ensureMaster(machine, { user, verifier: scramVerifier(FIRST), database: 'kept' });
  const client = await connect(user, 'kept');
  await client.query('CREATE DATABASE retired ALLOW_CONNECTIONS false CONNECTION LIMIT 0');
  await client.end();
  const { notices } = await world.guest.setMasterPassword(machine, {
    user,
    verifier: scramVerifier('after'),
  });
  assert.deepEqual(notices, []);
  const shown = await world.guest.psql(
    machine,
    `SELECT datallowconn, datconnlimit FROM pg_database WHERE datname = 'retired';`,
  );
  assert.equal(shown, 'f|0\n');
});

test('ensureMaster without a password keeps the settings of the user', async () => {
  const user = 'keeper';
  await world.guest.ensureMaster(machine, { user, verifier: scramVerifier(FIRST), database: 'keeping' });
  const client = await connect(user, 'keeping');
  await client.query(`ALTER ROLE keeper SET work_mem = '5MB'`);
  await client.end();
  await world.guest.psql(machine, 'ALTER ROLE keeper CONNECTION LIMIT 7;');
  await world.guest.ensureMaster(machine, { user, database: 'keeping' });
  const shown = await world.guest.psql(
    machine,
    `SELECT rolconnlimit, rolconfig FROM pg_roles WHERE rolname = 'keeper';`,
  );
  assert.equal(shown, '7|{work_mem=5MB}\n');
});

test('a start restores a renamed rds_superuser without a notice', async () => {
  await world.guest.psql(machine, 'ALTER ROLE rds_superuser RENAME TO elsewhere;');
  assert.deepEqual((await world.guest.startPostgres(machine)).notices, []);
  const members = await world.guest.psql(
    machine,
    `SELECT string_agg(roleid::regrole::text, ' ' ORDER BY roleid::regrole::text) FROM pg_auth_members
     WHERE member = 'rds_superuser'::regrole AND admin_option;`,
  );
  const checkpoint = major >= 15 ? 'pg_checkpoint ' : '';
  assert.equal(members, `${checkpoint}pg_monitor pg_signal_backend rds_password rds_replication\n`);
});

test('an SQL error has its SQLSTATE, and neither a path nor a secret', async () => {
  const verifier = scramVerifier('never-told');
  await assert.rejects(world.guest.setMasterPassword(machine, { user: 'pg_nobody', verifier }), (error) => {
    assert.ok(error instanceof Error && 'stderr' in error && 'exitCode' in error);
    assert.equal(error.exitCode, 65);
    assert.equal(error.stderr, 'ensure-master: SQL error P0001: this user name is taken\n');
    return true;
  });
  await assert.rejects(world.guest.psql(machine, `SELECT pg_read_file('/no/such/file');`), {
    exitCode: 65,
    stderr: 'psql: SQL error 58P01\n',
  });
  await assert.rejects(world.guest.psql(machine, `SET statement_timeout = 10;\nSELECT pg_sleep(9);`), {
    exitCode: 1,
    stderr: 'psql: SQL error 57014\n',
  });
});

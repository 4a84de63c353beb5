import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import pg from 'pg';
import { defaultParameters } from '../../src/model/db-parameter-group/default-parameters.ts';
import type { RunningMachine } from '../../src/providers/provider.ts';
import { type LocalWorld, makeLocalWorld, makeServer, scramVerifier } from '../support/local/world.ts';

const PASSWORD = 'opensesame';
const run = promisify(execFile);

describe('extensions', () => {
  let world: LocalWorld;
  let machine: RunningMachine;
  let settings: Record<string, string>;
  let master: pg.Client;

  const connect = async (user = 'postgres', database = 'app') => {
    const client = new pg.Client({ host: machine.address, user, password: PASSWORD, database });
    client.on('error', () => {});
    await client.connect();
    return client;
  };
  const rows = async (sql: string, client = master) =>
    (await client.query<Record<string, unknown>>(sql)).rows.map((row) => Object.values(row).join());
  const configure = (more: Record<string, string>) =>
    world.guest.configure(machine, { ...settings, ...more });
  const reconnect = async () => {
    await master?.end();
    master = await connect();
  };

  before(async () => {
    world = await makeLocalWorld();
    machine = await makeServer(world, 'cornac-extensions');
    const { shared_preload_libraries = '' } = defaultParameters('15.1');
    settings = { shared_buffers: '16MB', shared_preload_libraries };
    await world.guest.ensureMaster(machine, {
      user: 'postgres',
      database: 'app',
      verifier: scramVerifier(PASSWORD),
    });
    await world.guest.restartPostgres(machine, { settings });
    master = await connect();
  });
  after(async () => {
    await master?.end();
    await world.remove();
  });

  test('pg_stat_statements is loaded, and its statistics can be made visible and reset', async () => {
    await master.query('CREATE EXTENSION pg_stat_statements');
    await master.query('SELECT 1 AS marked');
    assert.deepEqual(await rows(`SELECT calls FROM pg_stat_statements WHERE query ~ 'AS marked'`), ['1']);
    await master.query('SELECT pg_stat_statements_reset()');
    assert.deepEqual(await rows(`SELECT calls FROM pg_stat_statements WHERE query ~ 'AS marked'`), []);
    await world.guest.setMasterPassword(machine, { user: 'postgres', verifier: scramVerifier(PASSWORD) });
    assert.deepEqual(await rows(`SELECT query FROM pg_stat_statements WHERE userid = 10`), []);
  });

  test('the master user makes, comments, updates and drops what RDS lets it make', async () => {
    for (const name of [
      'dblink',
      'pgstattuple',
      'pg_buffercache',
      'amcheck',
      'pg_freespacemap',
      'pg_visibility',
      'pgrowlocks',
      'pg_prewarm',
      'sslinfo',
      'bloom',
      'intagg',
    ]) {
      await master.query(`CREATE EXTENSION ${name}`);
      await master.query(`COMMENT ON EXTENSION ${name} IS 'mine'`);
      await master.query(`ALTER EXTENSION ${name} UPDATE`);
    }
    await master.query('CREATE TABLE checked (id int PRIMARY KEY)');
    await master.query(`SELECT bt_index_check('checked_pkey')`);
    assert.equal((await rows('SELECT count(*) > 0 FROM pg_buffercache'))[0], 'true');
    assert.equal((await rows(`SELECT tuple_count FROM pgstattuple('checked')`))[0], '0');
    await master.query('DROP EXTENSION intagg, bloom');
    await master.query('CREATE EXTENSION earthdistance CASCADE');
  });

  test('postgres_fdw reaches another database with a password', async () => {
    await master.query(`CREATE EXTENSION postgres_fdw;
      CREATE SERVER other FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '${machine.address}', dbname 'postgres');
      CREATE USER MAPPING FOR CURRENT_USER SERVER other OPTIONS (user 'postgres', password '${PASSWORD}');
      CREATE FOREIGN TABLE databases (datname name) SERVER other OPTIONS (schema_name 'pg_catalog', table_name 'pg_database')`);
    assert.ok((await rows('SELECT datname FROM databases')).includes('app'));
  });

  test('a dump with extensions is restored by the master user without an error', async () => {
    await master.query('CREATE TABLE places (at earth, name text)');
    await master.query('CREATE DATABASE copy');
    const to = (database: string) => `host=${machine.address} user=postgres dbname=${database}`;
    const restore = `pg_dump '${to('app')}' | psql -Xq -v ON_ERROR_STOP=1 '${to('copy')}'`;
    await run('bash', ['-o', 'pipefail', '-c', restore], { env: { ...process.env, PGPASSWORD: PASSWORD } });
    const copy = await connect('postgres', 'copy');
    const list = 'SELECT extname FROM pg_extension ORDER BY extname';
    assert.deepEqual(await rows(list, copy), await rows(list));
    await copy.query('SELECT pg_stat_statements_reset()');
    await copy.query('CREATE ROLE reporter; GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO reporter');
    await copy.end();
  });

  test('only members of rds_superuser have the power', async () => {
    await master.query(`CREATE ROLE app LOGIN PASSWORD '${PASSWORD}'; GRANT CREATE ON DATABASE app TO app;
      CREATE ROLE dba LOGIN PASSWORD '${PASSWORD}' IN ROLE rds_superuser`);
    const app = await connect('app');
    const dba = await connect('dba');
    try {
      for (const sql of [
        'CREATE EXTENSION xml2',
        'CREATE EXTENSION moddatetime',
        'CREATE EXTENSION IF NOT EXISTS dblink',
        'DROP EXTENSION dblink',
        'ALTER EXTENSION dblink UPDATE',
        `COMMENT ON EXTENSION dblink IS 'x'`,
      ]) {
        await assert.rejects(app.query(sql), { code: '42501' }, sql);
      }
      await app.query('CREATE EXTENSION hstore');
      await app.query('DROP EXTENSION hstore');
      await dba.query('CREATE EXTENSION moddatetime');
      await master.query('GRANT app TO dba');
      await dba.query('SET ROLE app');
      await assert.rejects(dba.query('DROP EXTENSION moddatetime'), { code: '42501' });
    } finally {
      await app.end();
      await dba.end();
    }
  });

  test('rds.extensions names what the machine has, and rds.allowed_extensions restricts also trusted ones', async () => {
    const [names = ''] = await rows('SHOW rds.extensions');
    assert.match(names, /\bdblink, .*\bpg_stat_statements\b/);
    assert.doesNotMatch(names, /file_fdw|adminpack|pg_cron/);
    assert.deepEqual(await configure({ 'rds.allowed_extensions': 'hstore, dict_xsyn' }), {
      restartNeeded: false,
    });
    await reconnect();
    await master.query('CREATE EXTENSION hstore; CREATE EXTENSION dict_xsyn');
    for (const name of ['autoinc', 'citext', '"uuid-ossp"', 'insert_username']) {
      await assert.rejects(master.query(`CREATE EXTENSION ${name}`), { code: '42501' }, name);
    }
    await configure({});
    await reconnect();
    await master.query('CREATE EXTENSION citext; CREATE EXTENSION autoinc');
  });

  test('a start takes the power away where the scripts of the checks are missing, and new settings give it back', async () => {
    const conf = `${machine.guestRoot}/data/pgdata/conf.d/cornac.conf`;
    const whole = readFileSync(conf, 'utf8');
    assert.match(whole, /^extwlist\.custom_path = /m);
    writeFileSync(conf, whole.replace(/^(extwlist\.custom_path = ')/m, '$1/none'));
    await world.guest.startPostgres(machine);
    await reconnect();
    const app = await connect('app');
    await assert.rejects(app.query('CREATE EXTENSION lo; CREATE EXTENSION xml2'), { code: '42501' });
    await assert.rejects(app.query('CREATE EXTENSION pageinspect'), { code: '42501' });
    await assert.rejects(master.query('CREATE EXTENSION pageinspect'), { code: '42501' });
    await app.end();
    await configure({});
    await reconnect();
    await master.query('CREATE EXTENSION pageinspect');
  });
});

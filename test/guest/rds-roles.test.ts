import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import type { RunningMachine } from '../../src/providers/provider.ts';
import { type LocalWorld, makeLocalWorld, makeServer, scramVerifier } from '../support/local/world.ts';
import { waitUntil } from '../support/wait-until.ts';

const PASSWORD = 'opensesame';
const SETTINGS = { shared_buffers: '16MB', 'rds.logical_replication': '1', wal_level: 'logical' };

describe('the roles of RDS', () => {
  let world: LocalWorld;
  let machine: RunningMachine;
  let master: pg.Client;

  const connect = async (user: string, more: object = {}) => {
    const client = new pg.Client({
      ...{ host: machine.address, user, password: PASSWORD, database: 'app' },
      ...more,
    });
    client.on('error', () => {});
    await client.connect();
    return client;
  };
  const tryTo = async (user: string, sql: string, more: object = {}) => {
    const client = await connect(user, more);
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  };
  const setting = async (name: string) => (await master.query(`SHOW ${name}`)).rows[0][name];

  before(async () => {
    world = await makeLocalWorld();
    machine = await makeServer(world, 'cornac-rds-roles');
    await world.guest.ensureMaster(machine, {
      user: 'postgres',
      database: 'app',
      verifier: scramVerifier(PASSWORD),
    });
    await world.guest.restartPostgres(machine, { settings: SETTINGS });
    master = await connect('postgres');
  });
  after(async () => {
    await master?.end();
    await world.remove();
  });

  test('a member of rds_replication has slots and replication connections within seconds, and loses them', async () => {
    assert.equal(await setting('wal_level'), 'logical');
    await master.query(`CREATE ROLE cdc LOGIN PASSWORD '${PASSWORD}'; CREATE ROLE readers;
      GRANT rds_replication TO readers; GRANT readers TO cdc`);
    const identify = () => tryTo('cdc', 'IDENTIFY_SYSTEM', { replication: 'database' });
    await waitUntil('replication is allowed', async () =>
      identify().then(
        () => true,
        () => false,
      ),
    );
    await tryTo('cdc', `SELECT pg_create_logical_replication_slot('s', 'pgoutput')`);
    await tryTo('cdc', `SELECT pg_drop_replication_slot('s')`);
    await assert.rejects(connect('cdc', { replication: 'true' }), /no pg_hba\.conf entry for replication/);
    await assert.rejects(tryTo('postgres', `SELECT pg_create_physical_replication_slot('s')`), {
      code: '42501',
    });
    const held = await connect('cdc', { replication: 'database' });
    await master.query('REVOKE readers FROM cdc');
    await waitUntil('replication is refused', async () =>
      identify().then(
        () => false,
        () => true,
      ),
    );
    await waitUntil('its connection has ended', async () =>
      held.query('IDENTIFY_SYSTEM').then(
        () => false,
        () => true,
      ),
    );
    await assert.rejects(tryTo('cdc', `SELECT pg_create_physical_replication_slot('s')`), { code: '42501' });
  });

  test('a start gives and takes it too, where no logical replication is wanted', async () => {
    await world.guest.restartPostgres(machine, { settings: { shared_buffers: '16MB' } });
    master = await connect('postgres');
    assert.equal(await setting('wal_level'), 'replica');
    await master.query('GRANT rds_replication TO cdc');
    await world.guest.startPostgres(machine);
    await tryTo('cdc', `SELECT pg_create_physical_replication_slot('s')`);
    await tryTo('cdc', `SELECT pg_drop_replication_slot('s')`);
  });

  test('a member of rds_iam cannot log in by password, and the master user still can', async () => {
    await master.query(`CREATE ROLE token LOGIN PASSWORD '${PASSWORD}'`);
    assert.deepEqual(await tryTo('token', 'SELECT 1 AS one'), [{ one: 1 }]);
    await master.query('GRANT rds_iam TO token');
    await assert.rejects(connect('token'), { code: '28000' });
    await master.query('GRANT rds_iam TO postgres').catch(() => {});
    await tryTo('postgres', 'SELECT 1');
    await master.query('REVOKE rds_iam FROM token');
    await tryTo('token', 'SELECT 1');
  });

  test('rds.accepted_password_auth_method = scram refuses a role with an MD5 hash', async () => {
    const hash = createHash('md5').update(`${PASSWORD}old`).digest('hex');
    await master.query(`CREATE ROLE old LOGIN PASSWORD 'md5${hash}'`);
    await tryTo('old', 'SELECT 1');
    await world.guest.configure(machine, {
      shared_buffers: '16MB',
      'rds.accepted_password_auth_method': 'scram',
    });
    await assert.rejects(connect('old'), { code: '28P01' });
    await tryTo('postgres', 'SELECT 1');
    await world.guest.startPostgres(machine);
    await assert.rejects(connect('old'), { code: '28P01' });
    await world.guest.configure(machine, { shared_buffers: '16MB' });
    await tryTo('old', 'SELECT 1');
  });

  test('from PostgreSQL 15 on members of rds_superuser set session_replication_role, and no setting that names a file', async () => {
    const [{ version }] = (await master.query(`SELECT current_setting('server_version_num')::int AS version`))
      .rows;
    if (version < 150000) return;
    await master.query(`SET session_replication_role = replica; SET log_statement = 'ddl'; RESET ALL;
      ALTER ROLE cdc SET log_min_duration_statement = 0;
      GRANT SET ON PARAMETER session_replication_role TO cdc`);
    await tryTo('cdc', 'SET session_replication_role = replica');
    await assert.rejects(tryTo('cdc', `SET log_statement = 'none'`), { code: '42501' });
    for (const name of ['session_preload_libraries', 'dynamic_library_path', 'extwlist.extensions']) {
      await assert.rejects(master.query(`SET ${name} = 'x'`), { code: '42501' }, name);
    }
    assert.deepEqual((await world.guest.startPostgres(machine)).notices, []);
    await tryTo('cdc', 'SET session_replication_role = replica');
  });
});

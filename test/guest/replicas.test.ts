import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { deriveAuthority } from '../../src/authority/authority.ts';
import { createGuest, type Guest } from '../../src/guest/guest.ts';
import type { ReplicationSource } from '../../src/guest/replicas.ts';
import { noProgress, type RunningMachine } from '../../src/providers/provider.ts';
import { sh } from '../../src/ssh/command.ts';
import {
  guestScriptsDir,
  type LocalWorld,
  makeLocalWorld,
  makeRunningMachine,
  makeServer,
  scramVerifier,
} from '../support/local/world.ts';
import { waitUntil } from '../support/wait-until.ts';

const PASSWORD = 'opensesame';
const REPLICA = 'db-REPLICA1';
const authority = deriveAuthority(randomBytes(32));
const other = deriveAuthority(randomBytes(32));
/** Megabytes of its log that the source keeps. */
const KEPT = 64;

let world: LocalWorld;
let guest: Guest;
let source: RunningMachine;
let replica: RunningMachine;
let version: string;

/** What a replica is made of; `members` differ from that of the replica of these tests. */
function sourceOf(members: Partial<ReplicationSource> = {}) {
  const slot = 'cornac_db_replica1';
  return { host: source.address, port: 5432, replica: REPLICA, slot, version, ...members };
}
async function query(machine: RunningMachine, sql: string): Promise<string> {
  return (await guest.psql(machine, sql)).trim();
}
async function start(machine: RunningMachine, settings: Record<string, string> = {}): Promise<void> {
  await guest.configure(machine, { shared_buffers: '16MB', ...settings });
  await guest.startPostgres(machine);
}
async function awaitStreaming(): Promise<void> {
  await waitUntil('it streams', async () => (await guest.findReplication(replica)).state === 'streaming');
}
async function awaitRows(count: number): Promise<void> {
  const hasRows = async () => (await query(replica, 'SELECT count(*) FROM public.rows;')) === `${count}`;
  await waitUntil(`the replica has ${count} rows`, hasRows);
}
async function connect(machine: RunningMachine, options: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client({ host: machine.address, port: 5432, database: 'test0', ...options });
  await client.connect();
  return client;
}

before(async () => {
  world = await makeLocalWorld();
  guest = createGuest({
    ...{ ssh: world.ssh, scriptsDir: guestScriptsDir },
    identify: async ({ address, name }) => authority.issue([address, name]),
    identifyReplica: async (id) => ({
      pem: (id === 'db-FORGED' ? other : authority).issueClient(`replica ${id}`),
      authorities: authority.certificate,
    }),
  });
  source = await makeServer({ ...world, guest }, 'cornac-source');
  await guest.configure(source, { shared_buffers: '16MB', max_connections: '60' });
  await guest.stopPostgres(source);
  await guest.startPostgres(source);
  await guest.ensureMaster(source, {
    user: 'postgres',
    database: 'test0',
    verifier: scramVerifier(PASSWORD),
  });
  version = `${await query(source, 'SHOW server_version_num;')}`.replace(/\d{4}$/, '.0');
  await query(source, 'CREATE TABLE public.rows AS SELECT 1 AS id;');
  await guest.addReplica(source, { id: REPLICA, keepMiB: KEPT });
  replica = await makeRunningMachine(world, 'cornac-replica');
  await guest.prepareDisk(replica);
  await guest.copySource(replica, sourceOf());
  // Fewer connections than the source has.
  await start(replica, { max_connections: '20' });
  await awaitStreaming();
});
after(() => world?.remove());

test('a read replica has what its source has, takes no writes, and follows it', async () => {
  await awaitRows(1);
  await query(source, 'INSERT INTO public.rows VALUES (2);');
  await awaitRows(2);
  await assert.rejects(query(replica, 'INSERT INTO public.rows VALUES (3);'), /25006/);
  const settings = { ssl: { ca: authority.certificate }, user: 'postgres', password: PASSWORD };
  const client = await connect(replica, settings);
  const { rows } = await client.query('SELECT pg_is_in_recovery() AS follows');
  await client.end();
  assert.deepEqual(rows, [{ follows: true }]);
});

test('it has the source’s number of connections where its own settings have fewer', async () => {
  assert.equal(await query(replica, 'SHOW max_connections;'), '60');
});

test('it streams over TLS with its certificate, from a slot whose log is bounded', async () => {
  const found = await query(
    source,
    'SELECT usename, ssl, client_dn, slot_name FROM pg_stat_replication JOIN pg_stat_ssl USING (pid) ' +
      'JOIN pg_replication_slots ON active_pid = pid;',
  );
  assert.equal(found, 'rdsrepladmin|t|/CN=replica db-REPLICA1|cornac_db_replica1');
  assert.equal(await query(source, 'SHOW max_slot_wal_keep_size;'), `${KEPT}MB`);
  assert.deepEqual(await guest.listReplicas(source), [
    { name: 'cornac_db_replica1', isActive: true, isLost: false },
  ]);
});

test('each step can be repeated', async () => {
  await guest.addReplica(source, { id: REPLICA, keepMiB: KEPT });
  await guest.copySource(replica, sourceOf());
  await guest.followSource(replica, sourceOf());
  await start(replica, { max_connections: '20' });
  await awaitStreaming();
  assert.equal((await guest.findReplication(replica)).isPaused, false);
});

describe('the identity of a replica', () => {
  const asReplica = { user: 'rdsrepladmin', ssl: { ca: authority.certificate } };

  async function copyAs(members: Partial<ReplicationSource>): Promise<void> {
    const machine = await makeRunningMachine(world, 'cornac-stranger');
    await guest.prepareDisk(machine);
    await guest.copySource(machine, sourceOf(members));
  }
  async function assertRefused(members: Partial<ReplicationSource>, why: RegExp): Promise<void> {
    await assert.rejects(copyAs(members), (error: { stderr?: string }) => why.test(error.stderr ?? ''));
  }

  test('cannot be used with another certificate, or that of another authority', async () => {
    await assertRefused({ replica: 'db-STRANGER' }, /certificate authentication failed/);
    await assertRefused({ replica: 'db-FORGED' }, /unknown ca|certificate/);
  });

  test('does not go to a server that is not the named one', async () => {
    await assertRefused({ host: 'localhost' }, /refused|does not match host name/);
  });

  test('is no login: neither without a certificate, nor with one', async () => {
    await assert.rejects(connect(source, asReplica), /pg_hba.conf rejects/);
    const pem = authority.issueClient(`replica ${REPLICA}`);
    const ssl = { ca: authority.certificate, cert: pem, key: pem };
    await assert.rejects(connect(source, { ...asReplica, ssl }), /pg_hba.conf rejects/);
    // A replication connection with a database would run SQL.
    const options = { ...asReplica, ssl, replication: 'database' } as pg.ClientConfig;
    await assert.rejects(connect(source, options), /pg_hba.conf rejects/);
  });

  test('is out of reach of the master user', async () => {
    const master = await connect(source, {
      ...{ user: 'postgres', password: PASSWORD, ssl: { ca: authority.certificate } },
    });
    for (const sql of [
      "ALTER ROLE rdsrepladmin PASSWORD 'stolen'",
      'ALTER ROLE rdsrepladmin SUPERUSER',
      'DROP ROLE rdsrepladmin',
      'SELECT pg_promote()',
      "SELECT pg_read_file('conf.d/cornac-replicas.conf')",
    ]) {
      await assert.rejects(master.query(sql), /permission denied|must be superuser|cannot be dropped/, sql);
    }
    // Up to PostgreSQL 15 it can become the role, which can do no more than members of rds_replication: docs/decisions/0020.
    await master.query('GRANT rdsrepladmin TO postgres; SET ROLE rdsrepladmin').catch(() => {});
    for (const sql of [
      "SELECT pg_read_file('PG_VERSION')",
      "COPY public.rows TO '/tmp/rows'",
      'TABLE pg_authid',
    ]) {
      await assert.rejects(master.query(sql), /permission denied|must be superuser/, sql);
    }
    await master.query('RESET ROLE; REVOKE rdsrepladmin FROM postgres').catch(() => {});
    await master.end();
    const streaming = {
      ...{ user: 'postgres', password: PASSWORD, ssl: { ca: authority.certificate }, replication: 'true' },
    };
    await assert.rejects(
      connect(source, streaming as pg.ClientConfig),
      /no pg_hba.conf entry for replication/,
    );
  });

  test('is in no file that another user reads, and in no setting', async () => {
    const { stdout } = await world.ssh.run(
      replica.ssh,
      sh`find ${`${replica.guestRoot}/data`} -name 'client.pem' -printf '%m\n'`,
    );
    assert.equal(stdout, '600\n');
    assert.doesNotMatch(await query(replica, 'SHOW primary_conninfo;'), /PRIVATE KEY/);
  });
});

test('a source restarts under its replica, and with more connections stops it until it restarts', async () => {
  await guest.configure(source, { shared_buffers: '16MB', max_connections: '80' });
  await guest.stopPostgres(source);
  await guest.startPostgres(source);
  await query(source, 'INSERT INTO public.rows VALUES (3);');
  await waitUntil('the replica stops', async () => (await guest.findReplication(replica)).isPaused);
  await guest.restartPostgres(replica, { settings: { shared_buffers: '16MB', max_connections: '20' } });
  assert.equal(await query(replica, 'SHOW max_connections;'), '80');
  await awaitRows(3);
});

test('a replica that is away for too long loses its log, and fills nothing', async () => {
  await guest.stopPostgres(replica);
  for (let each = 0; each < 8; each++) {
    await query(source, 'INSERT INTO public.rows SELECT NULL; SELECT pg_switch_wal();');
  }
  await query(source, 'CHECKPOINT;');
  assert.deepEqual(await guest.listReplicas(source), [
    { name: 'cornac_db_replica1', isActive: false, isLost: true },
  ]);
  const { state } = await guest.startPostgres(replica).then(() => guest.findReplication(replica));
  assert.equal(state, 'waiting');
  // The step of a create makes the slot anew.
  await guest.addReplica(source, { id: REPLICA, keepMiB: KEPT });
  assert.equal((await guest.listReplicas(source))[0]?.isLost, true);
  await guest.addReplica(source, { id: REPLICA, keepMiB: KEPT, isNew: true });
  assert.equal((await guest.listReplicas(source))[0]?.isLost, false);
});

test('a promoted replica takes writes, has the rules for roles, and its source forgets it', async () => {
  await guest.promote(replica);
  await guest.promote(replica);
  await guest.followSource(replica, sourceOf());
  await guest.restartPostgres(replica, { settings: { shared_buffers: '16MB' } });
  await query(replica, 'INSERT INTO public.rows VALUES (99);');
  assert.deepEqual(await guest.findReplication(replica), { state: 'none', isPaused: false, lagSeconds: 0 });
  await guest.removeReplica(source, REPLICA);
  await guest.removeReplica(source, REPLICA);
  assert.deepEqual(await guest.listReplicas(source), []);
  assert.doesNotMatch(
    await query(source, "SELECT string_agg(options::text, '') FROM pg_hba_file_rules;"),
    /replicas/,
  );
  assert.equal(await query(source, 'SHOW max_slot_wal_keep_size;'), '-1');
});

test('a replica that left has no session, and the log of a slot that it made stays bounded', async () => {
  const id = 'db-GUEST';
  await guest.addReplica(source, { id, keepMiB: KEPT });
  const pem = authority.issueClient(`replica ${id}`);
  const ssl = { ca: authority.certificate, cert: pem, key: pem };
  const session = await connect(source, {
    user: 'rdsrepladmin',
    ssl,
    replication: 'true',
  } as pg.ClientConfig);
  session.on('error', () => {});
  const ended = new Promise((resolve) => session.once('end', resolve));
  await session.query('CREATE_REPLICATION_SLOT stray PHYSICAL RESERVE_WAL');
  await guest.removeReplica(source, id);
  await ended;
  assert.equal(await query(source, 'SHOW max_slot_wal_keep_size;'), `${KEPT}MB`);
  await query(source, "SELECT pg_drop_replication_slot('stray');");
  await guest.removeReplica(source, id);
  assert.equal(await query(source, 'SHOW max_slot_wal_keep_size;'), '-1');
});

test('a new replica gives no bound to the slot of a user', async () => {
  const id = 'db-BESIDE';
  await query(source, "SELECT pg_create_physical_replication_slot('of_user', true);");
  await guest.addReplica(source, { id, keepMiB: KEPT });
  assert.equal(await query(source, 'SHOW max_slot_wal_keep_size;'), '-1');
  await query(source, "SELECT pg_drop_replication_slot('of_user');");
  await guest.removeReplica(source, id);
});

test('a copy that a power cut ended begins anew, and a slot whose replica reads is dropped', async () => {
  let machine = await makeRunningMachine(world, 'cornac-second');
  const copy = sourceOf({ replica: 'db-SECOND', slot: 'cornac_db_second' });
  await guest.addReplica(source, { id: 'db-SECOND', keepMiB: KEPT });
  await guest.prepareDisk(machine);
  const end = new AbortController();
  const begun = guest.copySource(machine, copy, { signal: end.signal }).catch(() => {});
  const data = `${machine.guestRoot}/data`;
  const hasBegun = async () => [`${data}/pgdata.new`, `${data}/pgdata`].some(existsSync);
  await waitUntil('the copy has begun', hasBegun, { everyMs: 5 });
  await world.provider.stopMachine(machine.name, noProgress());
  end.abort();
  await begun;
  machine = await world.provider.startMachine(machine.name, noProgress());
  const isFree = async () => (await guest.listReplicas(source)).every(({ isActive }) => !isActive);
  await waitUntil('the source has noticed', isFree);
  await guest.copySource(machine, copy);
  await start(machine, { max_connections: '80' });
  await waitUntil('it streams', async () => (await guest.findReplication(machine)).state === 'streaming');
  await guest.removeReplica(source, 'db-SECOND');
  assert.deepEqual(await guest.listReplicas(source), []);
  await world.provider.destroyMachine({ name: machine.name }, noProgress());
});

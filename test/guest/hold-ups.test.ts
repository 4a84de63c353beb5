import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { noProgress, type RunningMachine } from '../../src/providers/provider.ts';
import { sh } from '../../src/ssh/command.ts';
import { type LocalWorld, makeLocalWorld, makeServer, scramVerifier } from '../support/local/world.ts';

const MINUTE_MS = 60_000;
let world: LocalWorld;
let machine: RunningMachine;

before(async () => {
  world = await makeLocalWorld();
  machine = await makeServer(world, 'cornac-hold');
  await world.guest.configure(machine, { max_connections: '25', max_prepared_transactions: '40' });
  await world.guest.restartPostgres(machine);
  await world.guest.ensureMaster(machine, {
    user: 'master',
    verifier: scramVerifier('first-one'),
    database: 'app',
  });
});
after(() => world.remove());

async function connect(password: string, database = 'app'): Promise<pg.Client> {
  const client = new pg.Client({ host: machine.address, port: 5432, user: 'master', password, database });
  client.on('error', () => {}); // a session that is ended emits an error
  await client.connect();
  return client;
}

async function reset(password: string): Promise<readonly string[]> {
  const begun = Date.now();
  const verifier = scramVerifier(password);
  const { notices } = await world.guest.setMasterPassword(machine, { user: 'master', verifier });
  assert.ok(Date.now() - begun < MINUTE_MS, `${Date.now() - begun} ms`);
  return notices;
}

/** Number of sessions of rdsadmin, without the one that counts. */
async function countSessions() {
  return Number(
    await world.guest.psql(
      machine,
      `SELECT count(*) FROM pg_stat_activity
       WHERE usename = 'rdsadmin' AND backend_type = 'client backend' AND pid <> pg_backend_pid();`,
    ),
  );
}

/** Waits, because the end of a session shows a moment later. */
async function noSessionIsLeft(): Promise<void> {
  const deadline = Date.now() + MINUTE_MS;
  while ((await countSessions()) > 0) assert.ok(Date.now() < deadline, 'a session of rdsadmin is left');
}

async function hold(client: pg.Client): Promise<void> {
  await client.query('BEGIN');
  await client.query("ALTER ROLE master PASSWORD 'held'");
}

test('a reset ends an open transaction that has changed the master user, with a notice', async () => {
  const client = await connect('first-one');
  await hold(client);
  assert.deepEqual(await reset('second-one'), ['ended a session of master']);
  await assert.rejects(client.query('COMMIT'));
  await (await connect('second-one')).end();
  await noSessionIsLeft();
});

test('a reset ends ten open and twenty prepared transactions within a minute', async () => {
  const clients: pg.Client[] = [];
  for (let i = 0; i < 10; i++) {
    const client = await connect('second-one');
    await client.query('BEGIN');
    await client.query(`CREATE ROLE held_${i}`);
    clients.push(client);
  }
  for (let i = 0; i < 20; i++) {
    const client = await connect('second-one');
    await client.query('BEGIN');
    await client.query(i === 0 ? "ALTER ROLE master PASSWORD 'held'" : `CREATE ROLE prepared_${i}`);
    await client.query(`PREPARE TRANSACTION 'it''s ${i}'`);
    await client.end();
  }
  assert.deepEqual([...(await reset('third-one'))].sort(), [
    'ended a session of master',
    'rolled a prepared transaction back',
  ]);
  await (await connect('third-one')).end();
  await Promise.all(clients.map((client) => client.end().catch(() => {})));
});

test('a prepared transaction in a closed database is rolled back, and the database stays closed', async () => {
  const client = await connect('third-one');
  await client.query('CREATE DATABASE closed');
  const inside = await connect('third-one', 'closed');
  await hold(inside);
  await inside.query("PREPARE TRANSACTION 'closed in'");
  await inside.end();
  await client.query('ALTER DATABASE closed ALLOW_CONNECTIONS false');
  assert.deepEqual(await reset('third-one'), ['rolled a prepared transaction back']);
  await client.end();
  assert.equal(
    await world.guest.psql(machine, `SELECT datallowconn FROM pg_database WHERE datname = 'closed';`),
    'f\n',
  );
});

test('a reset succeeds while sessions take the lock again and again', async () => {
  let isOver = false;
  const tries = Array.from({ length: 6 }, async () => {
    while (!isOver) {
      const client = await connect('third-one').catch(() => undefined);
      if (!client) return;
      await hold(client).catch(() => {});
      // Until the reset ends it.
      await new Promise((resolve) => client.once('end', resolve));
    }
  });
  await reset('fourth-one').finally(() => {
    isOver = true;
  });
  await world.guest.psql(
    machine,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'master';`,
  );
  await Promise.all(tries);
  await (await connect('fourth-one')).end();
});

test('an aborted reset leaves no session for long, and does not block the next reset', async () => {
  const client = await connect('fourth-one');
  await hold(client);
  const controller = new AbortController();
  const cut = world.guest.setMasterPassword(
    machine,
    { user: 'master', verifier: scramVerifier('lost-one') },
    { signal: controller.signal },
  );
  for (; (await countSessions()) === 0; );
  controller.abort();
  await assert.rejects(cut);
  await reset('fifth-one');
  await client.end().catch(() => {});
  await (await connect('fifth-one')).end();
  await noSessionIsLeft();
});

test('with all connections of users taken, a reset and a restart with other settings succeed', async () => {
  const clients: pg.Client[] = [];
  for (;;) {
    const client = await connect('fifth-one').catch(() => undefined);
    if (!client) break;
    clients.push(client);
  }
  assert.ok(clients.length > 15, `${clients.length} sessions`);
  await hold(clients[0] as pg.Client);
  assert.deepEqual(await reset('sixth-one'), ['ended a session of master']);
  await world.guest.restartPostgres(machine, { settings: { max_connections: '30', port: '5432' } });
  assert.equal((await world.guest.psql(machine, 'SHOW max_connections;')).trim(), '30');
  for (const client of clients) await client.end().catch(() => {});
});

/** Takes the connections that are reserved for superusers, as rdsadmin. */
function takeTheRest(): () => Promise<void> {
  const controller = new AbortController();
  const run = (): Promise<unknown> =>
    world.guest.psql(machine, 'SELECT pg_sleep(45);', { signal: controller.signal }).catch((error) => error);
  const all = Array.from({ length: 3 }, run);
  return async () => {
    controller.abort();
    await Promise.all(all);
  };
}

test('with the connections for superusers taken in addition, a reset fails and a restart succeeds', async () => {
  const clients: pg.Client[] = [];
  for (;;) {
    const client = await connect('sixth-one').catch(() => undefined);
    if (!client) break;
    clients.push(client);
  }
  const count = async () => {
    const { rows } = await (clients[0] as pg.Client).query(
      `SELECT count(*) FROM pg_stat_activity WHERE usename = 'rdsadmin' AND backend_type = 'client backend'`,
    );
    return Number(rows[0].count);
  };
  const end = takeTheRest();
  for (; (await count()) < 3; );
  await assert.rejects(
    world.guest.setMasterPassword(machine, { user: 'master', verifier: scramVerifier('never-set') }),
    { stderr: /PostgreSQL takes no connection: .*(too many clients|connection slots)/ },
  );
  await world.guest.restartPostgres(machine, { settings: { max_connections: '25' } });
  assert.equal((await world.guest.psql(machine, 'SHOW max_connections;')).trim(), '25');
  await end();
  for (const client of clients) await client.end().catch(() => {});
});

test('a restart with settings that PostgreSQL refuses fails before the stop', async () => {
  const client = await connect('sixth-one');
  for (const settings of [{ max_connections: 'many' }, { no_such_setting: '1' }]) {
    await assert.rejects(world.guest.restartPostgres(machine, { settings }), { exitCode: 65 });
  }
  assert.deepEqual((await client.query('SELECT 1 AS one')).rows, [{ one: 1 }]);
  await client.end();
});

test('after the other tests no file, process or lock is left', async () => {
  const { stdout } = await world.ssh.run(machine.ssh, sh`ls ${machine.guestRoot}/data/pgdata/conf.d`);
  assert.equal(stdout, 'cornac.conf\n');
  await world.provider.stopMachine(machine.name, noProgress());
  const processes = execFileSync('ps', ['-eo', 'args']).toString();
  assert.ok(!processes.includes(machine.guestRoot), 'a process of the machine');
  const names = readdirSync(`${machine.guestRoot}/data`).filter((name) => name.endsWith('.lock'));
  for (const name of names) assert.equal(readFileSync(`${machine.guestRoot}/data/${name}`, 'utf8'), '');
});

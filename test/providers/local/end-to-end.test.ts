import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { noProgress, type RunningMachine } from '../../../src/providers/provider.ts';
import { type LocalWorld, makeLocalWorld, makeServer, scramVerifier } from '../../support/local/world.ts';

const password = `C0nf'de tie!`;
let world: LocalWorld;
let machine: RunningMachine;

before(async () => {
  world = await makeLocalWorld();
  machine = await makeServer(world, 'cornac-test0');
  await world.guest.ensureMaster(machine, {
    user: 'postgres',
    verifier: scramVerifier(password),
    database: 'test0',
  });
});

after(() => world.remove());

async function query(config: pg.ClientConfig, sql: string) {
  const client = new pg.Client({ host: machine.address, port: 5432, database: 'test0', ...config });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows;
  } finally {
    await client.end();
  }
}

test('the master user logs in over TCP with the password', async () => {
  const rows = await query({ user: 'postgres', password }, 'SELECT version()');
  assert.match(rows[0]?.[0], /^PostgreSQL 1\d/);
});

test('a wrong password is refused', async () => {
  await assert.rejects(query({ user: 'postgres', password: 'wrong' }, 'SELECT 1'), { code: '28P01' });
});

test('a login without a password is refused', async () => {
  await assert.rejects(query({ user: 'postgres' }, 'SELECT 1'), /password/);
});

test('rdsadmin is refused over TCP', async () => {
  await assert.rejects(query({ user: 'rdsadmin', password }, 'SELECT 1'), { code: '28000' });
});

test('a new master password replaces the old one', async () => {
  await world.guest.setMasterPassword(machine, { user: 'postgres', verifier: scramVerifier('another-one') });
  await assert.rejects(query({ user: 'postgres', password }, 'SELECT 1'), { code: '28P01' });
  await query({ user: 'postgres', password: 'another-one' }, 'SELECT 1');
  await world.guest.setMasterPassword(machine, { user: 'postgres', verifier: scramVerifier(password) });
});

test('data survive a stop and a start of the machine', async () => {
  await query({ user: 'postgres', password }, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await world.provider.stopMachine(machine.name, noProgress());
  await world.guest.startPostgres(await world.provider.startMachine(machine.name, noProgress()));
  assert.deepEqual(await query({ user: 'postgres', password }, 'SELECT answer FROM kept'), [[42]]);
});

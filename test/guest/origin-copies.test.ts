import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { hasLocaleOfRds, LOCALE_OF_RDS } from '../../src/providers/local/locale.ts';
import type { RunningMachine } from '../../src/providers/provider.ts';
import { sh } from '../../src/ssh/command.ts';
import { type LocalWorld, makeLocalWorld, makeRunningMachine, makeServer } from '../support/local/world.ts';

describe('clusters that are copied from one origin', () => {
  let world: LocalWorld;
  let machines: RunningMachine[];
  before(async () => {
    world = await makeLocalWorld();
    machines = [await makeServer(world, 'cornac-copy1'), await makeServer(world, 'cornac-copy2')];
  });
  after(() => world.remove());

  const ask = async (sql: string) =>
    Promise.all(machines.map(async (machine) => (await world.guest.psql(machine, sql)).trim()));

  test('have different system identifiers, in the form that every tool takes', async () => {
    const [first, second] = await ask('SELECT system_identifier FROM pg_control_system();');
    assert.match(String(first), /^\d{15,19}$/);
    assert.match(String(second), /^\d{15,19}$/);
    assert.notEqual(first, second);
  });

  test('have different nonces, because salts from one nonce would show which users another copy has', async () => {
    const nonces = await Promise.all(
      machines.map(async ({ ssh, guestRoot }) => {
        const script = sh`. ${guestRoot}/etc/cornac/guest.conf; pgdata=${guestRoot}/data/pgdata
          LC_ALL=C "$(printf "$CORNAC_PGBIN" "$(cat "$pgdata/PG_VERSION")")/pg_controldata" "$pgdata"`;
        const { stdout } = await world.ssh.run(ssh, script);
        return /^Mock authentication nonce: *([0-9a-f]{64})$/m.exec(stdout)?.[1] ?? assert.fail(stdout);
      }),
    );
    assert.notEqual(nonces[0], nonces[1]);
  });

  test('have the roles and databases of the origin, and its transaction counters', async () => {
    const roles = await ask(`SELECT count(*) FROM pg_roles WHERE rolname IN ('rdsadmin', 'rds_superuser');`);
    assert.deepEqual(roles, ['2', '2']);
    const [mine, other] = await ask(
      `SELECT string_agg(datname || ' ' || datfrozenxid || ' ' || datminmxid, ',' ORDER BY oid) FROM pg_database;`,
    );
    assert.equal(mine, other);
    assert.match(String(mine), /rdsadmin/);
    const [oldest] = await ask('SELECT oldest_xid FROM pg_control_checkpoint();');
    assert.equal(oldest, (await ask('SELECT min(datfrozenxid::text::int) FROM pg_database;'))[0]);
  });

  test('have checksums on that fit every page, also after writes and a kill of the server', async () => {
    assert.deepEqual(await ask('SHOW data_checksums;'), ['on', 'on']);
    const [machine] = machines;
    assert.ok(machine);
    const { ssh, guestRoot } = machine;
    await world.guest.psql(machine, 'CREATE TABLE public.kept AS SELECT generate_series(1, 20000) AS n;');
    const pgdata = `${guestRoot}/data/pgdata`;
    await world.ssh.run(ssh, sh`kill -QUIT $(head -n 1 ${pgdata}/postmaster.pid)`);
    await world.guest.stopPostgres(machine);
    await world.guest.startPostgres(machine);
    assert.equal((await world.guest.psql(machine, 'SELECT count(*) FROM public.kept;')).trim(), '20000');
    await world.guest.stopPostgres(machine);
    const script = sh`. ${guestRoot}/etc/cornac/guest.conf
      "$(printf "$CORNAC_PGBIN" "$(cat ${pgdata}/PG_VERSION)")/pg_checksums" --check -D ${pgdata}`;
    const { stdout } = await world.ssh.run(ssh, script);
    assert.match(stdout, /Bad checksums:\s+0\n/);
    assert.match(stdout, /Data checksum version:\s+1\n/);
    await world.guest.startPostgres(machine);
  });

  test('have the locale of RDS where this computer has it, and take it for a new database', async () => {
    const expected = (await hasLocaleOfRds()) ? LOCALE_OF_RDS : 'C.UTF-8';
    const found = await ask(
      `SELECT DISTINCT datcollate || ' ' || datctype || ' ' || pg_encoding_to_char(encoding) FROM pg_database;`,
    );
    assert.deepEqual(found, [`${expected} ${expected} UTF8`, `${expected} ${expected} UTF8`]);
    const [machine] = machines;
    assert.ok(machine);
    await world.guest.psql(
      machine,
      `CREATE DATABASE en LC_COLLATE '${expected}' LC_CTYPE '${expected}' TEMPLATE template0;`,
    );
  });
});

describe('a computer with another time zone and without the locale of RDS and pgextwlist', () => {
  let world: LocalWorld;
  let machine: RunningMachine;
  let version: string;
  before(async () => {
    world = await makeLocalWorld();
    [version = ''] = await world.provider.listEngineVersions();
    machine = await makeRunningMachine(world, 'cornac-tokyo');
    const [major = ''] = version.split('.');
    const [home, bin] = [`/usr/lib/postgresql/${major}/bin`, `${machine.guestRoot}/opt/bare/bin`];
    mkdirSync(bin, { recursive: true });
    for (const program of readdirSync(home)) symlinkSync(`${home}/${program}`, `${bin}/${program}`);
    // Every script reads this file: so the scripts of this machine see another computer.
    appendFileSync(
      `${machine.guestRoot}/etc/cornac/guest.conf`,
      `export TZ=Asia/Tokyo\nlocale() { printf '%s\\n' C C.utf8 POSIX; }\nCORNAC_PGBIN_${major}='${bin}'\n`,
    );
    await world.guest.prepareDisk(machine);
  });
  after(() => world.remove());

  test('its cluster has C.UTF-8 and few extensions, and this is reported once', async () => {
    const { notices } = await world.guest.initCluster(machine, { version });
    assert.deepEqual(notices, [
      'The origin lacks the locale en_US.UTF-8. The databases have the locale C.UTF-8.',
      `PostgreSQL ${version.split('.')[0]} lacks pgextwlist. Users make only the extensions that PostgreSQL trusts.`,
    ]);
    assert.deepEqual((await world.guest.initCluster(machine, { version })).notices, []);
    await world.guest.configure(machine, { shared_buffers: '16MB' });
    await world.guest.startPostgres(machine);
    const collation = await world.guest.psql(machine, 'SELECT DISTINCT datcollate FROM pg_database;');
    assert.equal(collation.trim(), 'C.UTF-8');
    assert.equal((await world.guest.psql(machine, 'SHOW session_preload_libraries;')).trim(), '');
  });

  test('its time zone is UTC, also that of the log, unless the settings name another one', async () => {
    const show = async (name: string) => (await world.guest.psql(machine, `SHOW ${name};`)).trim();
    assert.deepEqual([await show('timezone'), await show('log_timezone')], ['UTC', 'UTC']);
    await world.guest.configure(machine, { timezone: 'Europe/Paris', log_timezone: 'Europe/Paris' });
    assert.deepEqual([await show('timezone'), await show('log_timezone')], ['Europe/Paris', 'Europe/Paris']);
    await world.guest.configure(machine, {});
  });
});

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Guest } from '../../src/guest/guest.ts';
import type { RunningMachine } from '../../src/providers/provider.ts';
import { sh } from '../../src/ssh/command.ts';
import { type LocalWorld, makeLocalWorld, makeServer, scramVerifier } from '../support/local/world.ts';

const KIB = 1024;
/** What all logs of the machine may take, and a quarter of it: what one log may. */
const ALL_KIB = 8 * KIB;
const ONE = (ALL_KIB / 4) * KIB;

describe('the log of a server', () => {
  let world: LocalWorld;
  let guest: Guest;
  let machine: RunningMachine;
  let directory: string;
  before(async () => {
    world = await makeLocalWorld();
    guest = world.guest;
    machine = await makeServer(world, 'cornac-logs');
    directory = `${machine.guestRoot}/log/error`;
    appendFileSync(`${machine.guestRoot}/etc/cornac/guest.conf`, `CORNAC_LOGS=${ALL_KIB}\n`);
    await guest.startPostgres(machine);
  });
  after(() => world.remove());

  /** Names like those of the present hour, or of the one in which the test began. */
  const current = async (): Promise<string> => {
    const names = (await guest.listLogs(machine)).map(({ name }) => name);
    return names.at(-1) ?? assert.fail('no log');
  };
  const text = async () => {
    const names = (await guest.listLogs(machine)).map(({ name }) => name);
    return names.map((name) => readFileSync(join(directory, name), 'utf8')).join('');
  };
  const sizes = () => readdirSync(directory).map((name) => statSync(join(directory, name)).size);
  const flood = (lines: number) =>
    guest.psql(
      machine,
      `DO $$ BEGIN FOR i IN 1..${lines} LOOP RAISE LOG '%', repeat('x', 900); END LOOP; END $$;`,
    );

  test('has the name of its hour in UTC, and the prefix of RDS in each line', async () => {
    await assert.rejects(guest.psql(machine, 'SELECT 1/0;'));
    const [log] = await guest.listLogs(machine);
    assert.match(String(log?.name), /^postgresql\.log\.\d{4}-\d\d-\d\d-\d\d$/);
    const hour = new Date(log?.writtenAt ?? 0).toISOString().slice(0, 13).replace('T', '-');
    assert.equal(log?.name, `postgresql.log.${hour}`);
    assert.equal(log?.bytes, statSync(join(directory, String(log?.name))).size);
    assert.match(
      await text(),
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC:\[local\]:rdsadmin@rdsadmin:\[\d+\]:ERROR: {2}division by zero$/m,
    );
  });

  test('cannot be moved or switched off by settings', async () => {
    const show = async (name: string) => (await guest.psql(machine, `SHOW ${name};`)).trim();
    await guest.configure(machine, {
      log_directory: '/tmp',
      logging_collector: 'off',
      log_truncate_on_rotation: 'on',
    });
    assert.deepEqual(
      [
        await show('log_directory'),
        await show('logging_collector'),
        await show('log_truncate_on_rotation'),
        await show('log_rotation_age'),
      ],
      [directory, 'on', 'off', '1h'],
    );
  });

  test('a flood within one hour ends at the bound, and the log goes on after its older half was removed', async () => {
    await flood(4_000);
    assert.ok(Math.max(...sizes()) <= ONE, sizes().join());
    assert.ok(statSync(`${machine.guestRoot}/log/start.log`).size < ONE);
    await guest.findRoom(machine);
    assert.ok(Math.max(...sizes()) <= ONE / 2 + 1024 * KIB, sizes().join());
    await guest.psql(machine, `DO $$ BEGIN RAISE LOG 'after the flood'; END $$;`);
    assert.match(await text(), /LOG: {2}after the flood\n/);
    // The server works all the time.
    assert.equal((await guest.psql(machine, 'SELECT 42;')).trim(), '42');
  });

  test('a collector that was started again has its bound after the next look', async () => {
    const { ssh } = machine;
    const loggers = sh`grep -lsx 'postgres: logge[r].*' /proc/[0-9]*/cmdline | cut -d / -f 3`;
    const find = async () => (await world.ssh.run(ssh, loggers)).stdout.trim();
    const first = await find();
    assert.match(first, /^\d+$/);
    await world.ssh.run(
      ssh,
      sh`kill -KILL ${first}; while kill -0 ${first} 2>/dev/null; do sleep 0.05; done`,
    );
    await flood(10);
    assert.notEqual(await find(), first);
    await guest.findRoom(machine);
    await flood(4_000);
    assert.ok(Math.max(...sizes()) <= ONE, sizes().join());
  });

  test('old logs are removed after the retention, and the oldest while all take too much', async () => {
    const make = (name: string, kib: number, age: string) =>
      world.ssh.run(
        machine.ssh,
        sh`cd ${directory} && head -c ${kib * KIB} /dev/zero >${name} && touch -d ${`${age} ago`} ${name}`,
      );
    await make('postgresql.log.2020-01-01-00', 10, '4321 minutes');
    await make('postgresql.log.2020-01-01-01', 3 * KIB, '4300 minutes');
    await make('postgresql.log.2020-01-01-02.csv', 6 * KIB, '300 minutes');
    await make('postgresql.log.2020-01-01-03', 10, '200 minutes');
    await guest.findRoom(machine);
    const kept = async () => (await guest.listLogs(machine)).map(({ name }) => name).slice(0, -1);
    // The two older ones of what is left do not fit beside the third and the present one.
    assert.deepEqual(await kept(), ['postgresql.log.2020-01-01-02.csv', 'postgresql.log.2020-01-01-03']);
    await make('postgresql.log.2020-01-01-04', 3 * KIB, '100 minutes');
    await guest.findRoom(machine);
    assert.deepEqual(await kept(), ['postgresql.log.2020-01-01-03', 'postgresql.log.2020-01-01-04']);
    await guest.configure(machine, { 'rds.log_retention_period': '150' });
    await guest.findRoom(machine);
    assert.deepEqual(await kept(), ['postgresql.log.2020-01-01-04']);
    await guest.configure(machine, {});
  });

  test('is read in portions, from a position or from its end', async () => {
    const name = await current();
    const all = readFileSync(join(directory, name));
    const first = await guest.readLog(machine, { name, from: 0 });
    assert.deepEqual(first, { bytes: all.length, from: 0, content: all.subarray(0, 1024 * KIB) });
    const middle = await guest.readLog(machine, { name, from: 1000 });
    assert.deepEqual(middle?.content.subarray(0, 500), all.subarray(1000, 1500));
    const end = await guest.readLog(machine, { name });
    assert.deepEqual(end?.content, all.subarray(-1024 * KIB));
    const behind = await guest.readLog(machine, { name, from: all.length });
    assert.deepEqual(behind, { bytes: all.length, from: all.length, content: Buffer.alloc(0) });
    // The beginning of a log may have been removed since a client read it.
    assert.equal((await guest.readLog(machine, { name, from: all.length + 1 }))?.from, 0);
    assert.equal(await guest.readLog(machine, { name: 'postgresql.log.1999-01-01-00' }), undefined);
  });

  test('no other file is read or listed, whatever its name', async () => {
    for (const name of [
      '../start.log',
      'postgresql.log.2020/../../start.log',
      'postgresql.log.',
      'postgresql.log.x',
      '/etc/passwd',
      '-n',
      'postgresql.log.2020-01-01-00\n/etc/passwd',
    ]) {
      await assert.rejects(guest.readLog(machine, { name }), { exitCode: 65 }, name);
    }
    await world.ssh.run(
      machine.ssh,
      sh`cd ${directory} && ln -s /etc/passwd postgresql.log.2021-01-01-00 && mkfifo postgresql.log.2021-01-01-01 &&
        mkdir postgresql.log.2021-01-01-02 && echo x >postgresql.log.evil && echo x >'postgresql.log.2021-01-01-03
log 1 1 postgresql.log.2022-01-01-00'`,
    );
    for (const hour of ['00', '01', '02']) {
      const name = `postgresql.log.2021-01-01-${hour}`;
      assert.equal(await guest.readLog(machine, { name }), undefined, name);
    }
    const names = (await guest.listLogs(machine)).map(({ name }) => name);
    assert.deepEqual(
      names.filter((name) => /2021|evil/.test(name)),
      [],
    );
    await guest.findRoom(machine);
    execFileSync('find', [directory, '-name', '*2021*', '-delete']);
  });

  test('has no password of Cornac’s statements, whatever is logged', async () => {
    await guest.ensureMaster(machine, {
      user: 'postgres',
      verifier: scramVerifier('first'),
      database: 'app',
    });
    await guest.configure(machine, {
      log_statement: 'all',
      log_min_duration_statement: '0',
      log_transaction_sample_rate: '1',
      log_min_error_statement: 'debug5',
      log_min_messages: 'debug2',
      log_error_verbosity: 'verbose',
      debug_print_parse: 'on',
      debug_print_plan: 'on',
    });
    await guest.setMasterPassword(machine, { user: 'postgres', verifier: scramVerifier('second') });
    const log = await text();
    assert.match(log, /DEBUG: /);
    assert.doesNotMatch(log, /SCRAM-SHA-256/);
    await guest.configure(machine, {});
  });
});

import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { pino } from 'pino';
import type { Change } from '../../src/inventory/instances.ts';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import { noProgress, type RunningMachine } from '../../src/providers/provider.ts';
import { describeFinding } from '../../src/reconcile/describe.ts';
import { type ProberPace, runProber } from '../../src/reconcile/prober.ts';
import type { RoomPace } from '../../src/reconcile/room-watch.ts';
import { survey } from '../../src/reconcile/survey.ts';
import { anyTls } from '../support/any-tls.ts';
import { select } from '../support/many-instances.ts';
import { mountSmallDisk, needsSmallDisk, type SmallDisk } from '../support/small-disk.ts';
import { waitUntil } from '../support/wait-until.ts';
import { createWorld, type Interference, PASSWORD, quiet, type World } from '../support/world.ts';

const SIZE_MIB = 400;
const EAGER: ProberPace = { rate: 500, inFlight: 500, answerMs: 1_000, sweepMs: 50, secondLookMs: 20 };
const OFTEN: RoomPace = {
  rate: 20,
  inFlight: 5,
  restMs: 100,
  lowRestMs: 100,
  silentRestMs: 100,
  listMs: 50,
};

describe('an instance whose data disk fills', needsSmallDisk, () => {
  let world: World;
  let disk: SmallDisk;
  let instance: Instance;
  /** The steps of the latest operation, in the order of their attempts. */
  const attempts: string[] = [];
  const interference: Interference = async (step, run) => {
    attempts.push(step);
    const result = await run();
    if (step === 'ensureMachine') disk = mountSmallDisk(dataDir(), SIZE_MIB);
    if (step === 'resizeMachine') disk.grow(2 * SIZE_MIB);
    return result;
  };
  const dataDir = () => `${world.stateDir}/machines/cornac-fills/data`;
  before(async () => {
    quiet();
    world = await createWorld();
    const { dbiResourceId } = await world.create('fills', interference);
    const made = await world.settle(dbiResourceId);
    assert.equal(made?.status, 'available');
    instance = made;
  });
  after(async () => {
    disk?.remove();
    await world?.close();
  });

  const find = async (): Promise<Instance> => {
    const found = await world.inventory.instances.find({ dbiResourceId: instance.dbiResourceId });
    assert.ok(found);
    return found;
  };
  const is = async (status: Instance['status']): Promise<void> => {
    for (const until = Date.now() + 60_000; ; await delay(20)) {
      const found = await find();
      if (found.operationId === null && found.status === status) return;
      assert.ok(Date.now() < until, `${found.status}, not ${status}`);
    }
  };
  const events = async () =>
    select<{ event_id: string; message: string }>(
      world.databaseUrl,
      `SELECT event_id, message FROM event WHERE source_identifier = 'fills' ORDER BY id`,
    );
  const count = async (id: string) => (await events()).filter(({ event_id }) => event_id === id).length;
  const begin = async (operation: NonNullable<Change['operation']>) => {
    attempts.length = 0;
    const { dbiResourceId } = instance;
    await world.inventory.instances.change({ dbiResourceId }, { requestId: 'test' }, () => ({ operation }));
    const ended = await world.settle(dbiResourceId);
    assert.ok(ended);
    return ended;
  };
  const query = async (sql: string) => {
    const { address, port } = instance;
    const client = new pg.Client({
      host: address ?? '',
      port,
      user: 'postgres',
      password: PASSWORD,
      database: 'postgres',
      ssl: anyTls,
    });
    client.on('error', () => {});
    try {
      await client.connect();
      return (await client.query(sql)).rows;
    } finally {
      await client.end().catch(() => {});
    }
  };
  const kill = async () =>
    process.kill(
      Number.parseInt(await readFile(`${dataDir()}/pgdata/postmaster.pid`, 'utf8'), 10),
      'SIGKILL',
    );
  /**
   * Makes the server remove what it keeps of its log for later, because a shutdown that removes one more segment would
   * make room. Each checkpoint keeps fewer segments, down to min_wal_size, and removes only archived ones. How many
   * checkpoints that takes depends on how much was written between two of them before.
   */
  const shrinkLog = async (machine: RunningMachine) => {
    const ask = async (sql: string) => (await world.guest.psql(machine, sql)).trim();
    const waiting = `SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready';`;
    const isSmall = `SELECT count(*) * pg_size_bytes(current_setting('wal_segment_size'))
      <= pg_size_bytes(current_setting('min_wal_size')) FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$';`;
    for (let round = 0; (await ask(isSmall)) !== 't'; round++) {
      assert.ok(round < 60, 'the log stays large');
      await ask('SELECT pg_switch_wal();');
      await waitUntil('the log is archived', async () => (await ask(waiting)) === '0');
      await ask('CHECKPOINT;');
    }
  };
  /** Runs the prober and the watch until `work` ends. */
  const watched = async (work: () => Promise<void>) => {
    const stop = new AbortController();
    const place = { provider: world.provider, guest: world.guest };
    const { inventory, databaseUrl } = world;
    const deps = { inventory, databaseUrl, place, log: pino({ level: 'silent' }) };
    const running = runProber(deps, stop.signal, EAGER, OFTEN);
    await work().finally(() => stop.abort());
    await running;
  };

  test('warns once at 90 %, is storage-full while its server runs, and is available once it has room', async () => {
    await watched(async () => {
      await query(`CREATE TABLE much AS SELECT repeat(md5(n::text), 30) FROM generate_series(1, 60000) AS n`);
      while ((await count('RDS-EVENT-0089')) === 0) {
        await query(`INSERT INTO much SELECT repeat(md5(n::text), 30) FROM generate_series(1, 5000) AS n`);
        await delay(300);
      }
      await disk.fill();
      await is('storage-full');
      assert.equal((await query('SELECT 1 AS one'))[0].one, 1);
      assert.deepEqual([await count('RDS-EVENT-0089'), await count('RDS-EVENT-0007')], [1, 1]);
      await disk.free();
      await query('TRUNCATE much');
      // The recovery of a server would write the table once more, and the reserve is too small for that.
      const machine = await world.provider.startMachine(instance.machine, noProgress());
      await shrinkLog(machine);
      await is('available');
      await disk.fill();
      await is('storage-full');
    });
    assert.equal(await count('RDS-EVENT-0007'), 2);
    const warning = (await events()).find(({ event_id }) => event_id === 'RDS-EVENT-0089')?.message ?? '';
    assert.match(warning, /DB instance: fills is low at \d% of the provisioned storage/);
  });

  test('cornac inspect describes what to do', async () => {
    const place = { provider: world.provider, guest: world.guest };
    const lines = (await survey(world.inventory, place)).map((finding) => describeFinding(finding));
    assert.ok(lines.some((line) => /^fills: its data disk is full; .*--allocated-storage/.test(line)));
  });

  test('stays full after a reboot, without another event', async () => {
    const ended = await begin({ type: 'rebootDbInstance' });
    assert.equal(ended.status, 'storage-full');
    assert.match((await events()).at(-1)?.message ?? '', /^DB instance restarted/);
    assert.equal((await query('SELECT 1 AS one'))[0].one, 1);
    assert.equal(await count('RDS-EVENT-0006'), 1);
    assert.equal(await count('RDS-EVENT-0007'), 2);
  });

  test('a reboot without any free space fails at once, with the advice to allocate storage', async () => {
    await rm(`${dataDir()}/.reserve`, { force: true });
    await kill();
    await rm(`${dataDir()}/pgdata/postmaster.pid`);
    await disk.fill();
    const ended = await begin({ type: 'rebootDbInstance' });
    assert.equal(ended.status, 'storage-full');
    assert.equal(attempts.filter((step) => step === 'restartPostgres').length, 1);
    const last = (await events()).at(-1)?.message ?? '';
    assert.match(last, /rebootDbInstance did not succeed: its storage is full: allocate additional storage/);
  });

  test('serves again after more storage and a password were set while its server was dead', async () => {
    await assert.rejects(
      begin({ type: 'modifyDbInstance', input: { modification: { masterPassword: true } } }),
      {
        code: 'InvalidDBInstanceState',
      },
    );
    const ended = await begin({
      type: 'modifyDbInstance',
      input: { modification: { allocatedStorage: 8, masterPassword: true } },
    });
    assert.deepEqual([ended.status, ended.allocatedStorage, ended.shortage], ['available', 8, undefined]);
    assert.ok(attempts.indexOf('growDisk') < attempts.indexOf('setMasterPassword'), attempts.join());
    await query('CREATE TABLE written AS SELECT 42 AS answer');
    assert.equal((await query('SELECT answer FROM written'))[0].answer, 42);
  });

  test('may be given more storage after it has failed', async () => {
    await kill();
    const { dbiResourceId } = instance;
    await world.inventory.instances.change({ dbiResourceId }, { requestId: 'test' }, () => ({
      patch: { status: 'failed' },
    }));
    const ended = await begin({ type: 'modifyDbInstance', input: { modification: { allocatedStorage: 9 } } });
    assert.deepEqual([ended.status, ended.allocatedStorage], ['available', 9]);
    assert.equal((await query('SELECT answer FROM written'))[0].answer, 42);
  });
});

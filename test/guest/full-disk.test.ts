import assert from 'node:assert/strict';
import { appendFileSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Guest } from '../../src/guest/guest.ts';
import { judgeRoom } from '../../src/model/server/room.ts';
import { noProgress, type RunningMachine } from '../../src/providers/provider.ts';
import { type LocalWorld, makeLocalWorld, spec } from '../support/local/world.ts';
import { findServer } from '../support/local-machine.ts';
import { mountSmallDisk, needsSmallDisk, type SmallDisk } from '../support/small-disk.ts';

const NAME = 'cornac-full';
const SIZE_MIB = 320;
/** KiB of the reserve that a start frees. */
const HALF = 32 * 1024;
const SETTINGS = { shared_buffers: '16MB', max_wal_size: '64MB', min_wal_size: '32MB' };

describe('a full data volume', needsSmallDisk, () => {
  let world: LocalWorld;
  let guest: Guest;
  let machine: RunningMachine;
  let disk: SmallDisk;
  before(async () => {
    world = await makeLocalWorld();
    guest = world.guest;
    await world.provider.ensureMachine(spec(NAME), noProgress());
    disk = mountSmallDisk(`${world.stateDir}/machines/${NAME}/data`, SIZE_MIB);
    machine = await world.provider.startMachine(NAME, noProgress());
    const [version = ''] = await world.provider.listEngineVersions();
    await guest.prepareDisk(machine);
    await guest.initCluster(machine, { version });
    await guest.configure(machine, SETTINGS);
    await guest.startPostgres(machine);
  });
  after(async () => {
    disk?.remove();
    await world?.remove();
  });

  const data = () => `${machine.guestRoot}/data`;
  const reserve = () => `${data()}/.reserve`;
  const kill = async () => {
    const pid = findServer(machine.guestRoot);
    assert.ok(pid);
    process.kill(pid, 'SIGKILL');
    while (existsSync(`/proc/${pid}/cwd`)) await delay(5);
  };

  test('is reported with its reserve', async () => {
    const room = await guest.findRoom(machine);
    assert.equal(room?.sizeKiB, SIZE_MIB * 1024);
    assert.ok(room.freeKiB > 64 * 1024, JSON.stringify(room));
    assert.equal(statSync(reserve()).blocks / 2, 2 * HALF);
    await disk.fill();
    assert.equal((await guest.findRoom(machine))?.freeKiB, 0);
    assert.equal(statSync(reserve()).blocks / 2, 2 * HALF);
  });

  test('is not written to where the settings are unchanged', async () => {
    const file = `${data()}/pgdata/conf.d/cornac.conf`;
    const before = [readFileSync(file, 'utf8'), statSync(file).ino];
    assert.deepEqual(await guest.configure(machine, SETTINGS), { restartNeeded: false });
    assert.deepEqual([readFileSync(file, 'utf8'), statSync(file).ino], before);
    assert.equal(statSync(reserve()).blocks / 2, 2 * HALF);
  });

  test('frees half of the reserve for the start of a killed server, and half of the rest for a restart', async () => {
    await kill();
    const started = await guest.startPostgres(machine);
    assert.equal(started.room?.freeKiB, 0);
    assert.equal((await guest.psql(machine, 'SELECT 42;')).trim(), '42');
    assert.equal(statSync(reserve()).blocks / 2, HALF);
    await disk.fill();
    await guest.restartPostgres(machine, { settings: { ...SETTINGS, work_mem: '5MB' } });
    assert.equal((await guest.psql(machine, 'SHOW work_mem;')).trim(), '5MB');
    assert.equal(statSync(reserve()).blocks / 2, HALF / 2);
  });

  test('without a reserve fails a start with "No space left on device" and no warning', async () => {
    await kill();
    // Its block would be enough for the process id of the next server.
    rmSync(`${data()}/pgdata/postmaster.pid`);
    rmSync(reserve());
    await disk.fill();
    await assert.rejects(guest.startPostgres(machine), (error: { stderr: string }) => {
      assert.match(error.stderr, /No space left on device/);
      assert.doesNotMatch(error.stderr, /could not change directory/);
      return true;
    });
    assert.equal((await guest.findRoom(machine))?.freeKiB, 0);
  });

  test('has its reserve again after it has grown', async () => {
    disk.grow(2 * SIZE_MIB);
    const started = await guest.startPostgres(machine);
    assert.ok((started.room?.freeKiB ?? 0) > 128 * 1024, JSON.stringify(started));
    assert.equal(statSync(reserve()).blocks / 2, 2 * HALF);
    await guest.psql(machine, 'CREATE TABLE public.written AS SELECT generate_series(1, 1000);');
  });
});

describe('a full volume of the write-ahead log, with room for data', needsSmallDisk, () => {
  const WAL_MIB = 160;
  let world: LocalWorld;
  let machine: RunningMachine;
  let disks: SmallDisk[] = [];
  before(async () => {
    world = await makeLocalWorld();
    await world.provider.ensureMachine(spec(NAME), noProgress());
    const root = `${world.stateDir}/machines/${NAME}`;
    disks = [mountSmallDisk(`${root}/data`, 2 * SIZE_MIB)];
    mkdirSync(`${root}/data/wal`, { mode: 0o700 });
    const { uid, gid } = statSync(`${root}/data`);
    chownSync(`${root}/data/wal`, uid, gid);
    disks.unshift(mountSmallDisk(`${root}/data/wal`, WAL_MIB));
    appendFileSync(`${root}/etc/cornac/guest.conf`, `CORNAC_WAL=${root}/data/wal\nCORNAC_ORIGINS=\n`);
    machine = await world.provider.startMachine(NAME, noProgress());
    const [version = ''] = await world.provider.listEngineVersions();
    await world.guest.prepareDisk(machine);
    await world.guest.initCluster(machine, { version });
    await world.guest.configure(machine, { shared_buffers: '16MB', min_wal_size: '32MB' });
    await world.guest.startPostgres(machine);
  });
  after(async () => {
    for (const disk of disks) disk.remove();
    await world?.remove();
  });

  const look = async () => {
    const room = await world.guest.findRoom(machine);
    assert.ok(room?.wal, JSON.stringify(room));
    return { room, wal: room.wal, shortage: judgeRoom(room, null) };
  };

  test('is reported, also when PostgreSQL ends because of it, until the volume grows', async () => {
    const before = await look();
    assert.equal(before.wal.sizeKiB, WAL_MIB * 1024);
    assert.equal(before.shortage, null);
    // As for a consumer that is gone: no part of the log is removed any more.
    await world.guest.psql(machine, `SELECT pg_create_physical_replication_slot('held', true);`);
    const [walDisk] = disks;
    await walDisk?.fill();
    const full = await look();
    assert.deepEqual([full.wal.freeKiB, full.shortage], [0, 'full']);
    assert.ok(full.room.freeKiB > 256 * 1024, JSON.stringify(full.room));

    const fill = `CREATE TABLE public.much AS SELECT repeat(md5(n::text), 30) FROM generate_series(1, 150000) AS n;`;
    await assert.rejects(world.guest.psql(machine, fill));
    assert.equal((await look()).shortage, 'full');

    walDisk?.grow(2 * WAL_MIB);
    const started = await world.guest.startPostgres(machine);
    assert.ok(started.room);
    assert.equal(judgeRoom(started.room, 'full'), null);
    await world.guest.psql(machine, 'CREATE TABLE public.written AS SELECT 42 AS answer;');
  });
});

test('a volume that machines share has no room to report and no reserve', async (t) => {
  const world = await makeLocalWorld();
  t.after(world.remove);
  await world.provider.ensureMachine(spec('cornac-shared'), noProgress());
  const machine = await world.provider.startMachine('cornac-shared', noProgress());
  assert.equal(await world.guest.findRoom(machine), undefined);
  assert.equal(existsSync(`${machine.guestRoot}/data/.reserve`), false);
});

import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { GuestBusy } from '../../src/guest/busy.ts';
import { createGuest, type Guest } from '../../src/guest/guest.ts';
import type { RunningMachine } from '../../src/providers/provider.ts';
import { sh } from '../../src/ssh/command.ts';
import { guestScriptsDir, type LocalWorld, makeLocalWorld, makeServer } from '../support/local/world.ts';
import { findServer } from '../support/local-machine.ts';

/** Longer than any answer takes, and shorter than the time for which a verb is repeated. */
const SOON_MS = 15_000;

/** The recovery waits for a segment of the write-ahead log as long as the file `hold` exists. */
describe('a server in a long recovery', () => {
  let world: LocalWorld;
  let machine: RunningMachine;
  let guest: Guest;
  before(async () => {
    world = await makeLocalWorld();
    machine = await makeServer(world, 'cornac-recovering');
    guest = createGuest({ ssh: world.ssh, scriptsDir: guestScriptsDir, retryMs: () => 1 });
    writeFileSync(
      `${pgdata()}/conf.d/archive.conf`,
      `hot_standby = off\nrestore_command = 'while [ -e ${hold()} ]; do sleep 0.1; done; false'\n`,
      { mode: 0o644 },
    );
  });
  after(() => world?.remove());

  const pgdata = () => `${machine.guestRoot}/data/pgdata`;
  const hold = () => `${machine.guestRoot}/data/hold`;
  const run = (script: ReturnType<typeof sh>) => world.ssh.run(machine.ssh, script);
  const holdRecovery = () => run(sh`touch ${hold()} ${pgdata()}/recovery.signal`);
  const release = () => rmSync(hold(), { force: true });
  afterEach(release);
  const server = (): number => {
    const pid = findServer(machine.guestRoot);
    assert.ok(pid, 'a server runs');
    return pid;
  };
  const until = async (what: string, look: () => Promise<boolean> | boolean): Promise<void> => {
    for (const end = Date.now() + 30_000; Date.now() < end; await delay(20)) if (await look()) return;
    assert.fail(`waited for ${what}`);
  };
  const stateOf = () => readFileSync(`${pgdata()}/postmaster.pid`, 'utf8').split('\n')[7]?.trim();
  const configure = async (workMem: string) => {
    const began = Date.now();
    const answer = await guest.configure(machine, { shared_buffers: '16MB', work_mem: workMem });
    assert.ok(Date.now() - began < SOON_MS, `${Date.now() - began} ms`);
    return answer;
  };
  const show = async () => (await guest.psql(machine, 'SHOW work_mem;')).trim();

  test('takes new settings meanwhile, and its start throws GuestBusy', async () => {
    await holdRecovery();
    process.kill(server(), 'SIGKILL');
    await until('its end', () => findServer(machine.guestRoot) === undefined);
    await assert.rejects(guest.startPostgres(machine), GuestBusy);
    assert.equal(stateOf(), 'starting');
    assert.deepEqual(await configure('5MB'), { restartNeeded: true });
    const starting = guest.startPostgres(machine);
    release();
    await starting;
    assert.equal(await show(), '5MB');
  });

  test('after a crash of one of its processes does the same, though postmaster.pid has "ready"', async () => {
    await guest.restartPostgres(machine);
    await holdRecovery();
    const pid = server();
    process.kill(
      Number(await guest.psql(machine, `SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter';`)),
      'SIGKILL',
    );
    await until('a recovery', async () => (await guest.postgresStatus(machine)) === 'busy');
    assert.equal(stateOf(), 'ready');
    assert.equal(server(), pid);
    assert.deepEqual(await configure('6MB'), { restartNeeded: true });
    await assert.rejects(guest.startPostgres(machine), (error) => {
      assert.ok(error instanceof GuestBusy);
      assert.match(error.report, /^start: PostgreSQL is still starting, postgres: startup/);
      return true;
    });
    const starting = guest.startPostgres(machine);
    release();
    await starting;
    assert.equal(await show(), '6MB');
  });
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { noProgress, type RunningMachine } from '../../../src/providers/provider.ts';
import { sh } from '../../../src/ssh/command.ts';
import {
  haveOwnUsers,
  machineUid,
  makeLocalWorld,
  makeRunningMachine,
  makeServer,
} from '../../support/local/world.ts';
import { findServer, findSshd, processesOf } from '../../support/local-machine.ts';
import { childrenOf, ended, titleOf } from '../../support/process-state.ts';
import { testUnfinished } from './unfinished.ts';

const world = await makeLocalWorld();
after(() => world.remove());

function rootOf(name: string) {
  return join(world.stateDir, 'machines', name);
}

function postmasterOf(name: string) {
  const pid = findServer(rootOf(name));
  assert.ok(pid, 'PostgreSQL runs');
  return pid;
}
function sshdOf(name: string) {
  const pid = findSshd(rootOf(name));
  assert.ok(pid, 'sshd runs');
  return pid;
}

test('a machine whose sshd was killed counts as stopped and starts again', async () => {
  const name = 'cornac-sshd';
  await makeRunningMachine(world, name);
  const pid = sshdOf(name);
  process.kill(pid, 'SIGKILL');
  await ended(pid);
  assert.equal((await world.provider.findMachine(name))?.state, 'stopped');
  const again = await world.provider.startMachine(name, noProgress());
  assert.equal((await world.ssh.run(again.ssh, sh`echo back`)).stdout, 'back\n');
  await world.provider.destroyMachine({ name }, noProgress());
});

test('a killed PostgreSQL starts again with its data', async () => {
  const name = 'cornac-postgres';
  const machine = await makeServer(world, name);
  await world.guest.psql(machine, 'CREATE TABLE public.kept AS SELECT 42 AS answer;');
  const pid = postmasterOf(name);
  process.kill(pid, 'SIGKILL');
  await ended(pid);
  assert.equal(await world.guest.postgresStatus(machine), 'stopped');
  await world.guest.startPostgres(machine);
  assert.equal(await world.guest.psql(machine, 'SELECT answer FROM public.kept;'), '42\n');
});

test('a recorded process id that another process now has: the server starts and the other process survives', async (t) => {
  const name = 'cornac-postgres';
  const machine = await world.provider.startMachine(name, noProgress());
  const bystander = spawn('sleep', ['1000'], { cwd: '/' });
  assert.ok(bystander.pid);
  t.after(() => bystander.kill());
  const pidFile = `${machine.guestRoot}/data/pgdata/postmaster.pid`;
  const socketLock = readFileSync(pidFile, 'utf8').split('\n')[4] ?? '';
  const pid = postmasterOf(name);
  const stale = readFileSync(pidFile, 'utf8').replace(String(pid), String(bystander.pid));
  process.kill(pid, 'SIGKILL');
  await ended(pid);
  writeFileSync(pidFile, stale);
  writeFileSync(`${socketLock}/.s.PGSQL.5432.lock`, stale);
  await world.provider.stopMachine(name, noProgress());

  assert.equal((await world.provider.findMachine(name))?.state, 'stopped');
  const again = await world.provider.startMachine(name, noProgress());
  assert.equal(await world.guest.postgresStatus(again), 'stopped');
  await world.guest.startPostgres(again);
  await world.provider.destroyMachine({ name }, noProgress());
  assert.equal(bystander.exitCode ?? bystander.signalCode, null);
});

test('a busy session that outlives its killed server does not prevent the next start', async () => {
  const name = 'cornac-orphan';
  const machine = await makeServer(world, name);
  const pid = postmasterOf(name);
  const endless = 'DO $$ BEGIN LOOP END LOOP; END $$;';
  const cutOff = world.guest.psql(machine, endless).catch(() => {});
  const computing = async () => {
    const active = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend';";
    while ((await world.guest.psql(machine, active)).trim() !== '2') await delay(20);
  };
  await computing();
  process.kill(pid, 'SIGKILL');
  await ended(pid);
  await world.guest.startPostgres(machine);
  assert.equal(await world.guest.postgresStatus(machine), 'running');
  await cutOff;
  await world.provider.destroyMachine({ name }, noProgress());
});

test('an empty or damaged postmaster.pid of a killed server does not prevent the next start', async () => {
  const name = 'cornac-unwritten';
  const machine = await makeServer(world, name);
  for (const unwritten of ['', '\n', 'garbage\n']) {
    const pid = postmasterOf(name);
    process.kill(pid, 'SIGKILL');
    await ended(pid);
    writeFileSync(`${machine.guestRoot}/data/pgdata/postmaster.pid`, unwritten);
    assert.equal(await world.guest.postgresStatus(machine), 'stopped');
    await world.guest.startPostgres(machine);
  }
  await world.provider.destroyMachine({ name }, noProgress());
});

test('a running server with an empty postmaster.pid is ended, and another one starts', async () => {
  const name = 'cornac-numberless';
  const machine = await makeServer(world, name);
  const pid = postmasterOf(name);
  writeFileSync(`${machine.guestRoot}/data/pgdata/postmaster.pid`, '');
  await world.guest.startPostgres(machine);
  assert.ok(!existsSync(`/proc/${pid}/cwd`));
  assert.equal(await world.guest.postgresStatus(machine), 'running');
  await world.provider.destroyMachine({ name }, noProgress());
});

test('destroying a machine ends every process that was started in it', async () => {
  const name = 'cornac-left';
  const machine = await makeServer(world, name);
  await world.ssh.run(machine.ssh, sh`setsid sleep 1000 </dev/null >/dev/null 2>&1 &`);
  const uid = machineUid(machine);
  process.kill(sshdOf(name), 'SIGKILL');
  assert.ok(processesOf(uid).length > 3);
  await world.provider.destroyMachine({ name }, noProgress());
  if (await haveOwnUsers()) assert.deepEqual(processesOf(uid), []);
  assert.equal(findServer(machine.guestRoot), undefined);
  for (const dir of ['machines', 'addresses', 'run']) {
    assert.deepEqual(readdirSync(join(world.stateDir, dir)), []);
  }
});

testUnfinished(world);

/** Begins a shutdown of the server while it recovers from a crash, and makes it look old. @returns false where it ended */
async function hangInShutdown(machine: RunningMachine): Promise<boolean> {
  const { name, guestRoot } = machine;
  // So much WAL that the replay takes long enough to be interrupted.
  await world.guest.psql(
    machine,
    'CHECKPOINT; DROP TABLE IF EXISTS public.kept; CREATE TABLE public.kept AS SELECT n FROM generate_series(1, 500000) n;',
  );
  const pid = postmasterOf(name);
  const find = (title: string) =>
    childrenOf(pid).find((child) => titleOf(child).startsWith(`postgres: ${title}`));
  const walWriter = find('walwriter');
  assert.ok(walWriter, 'a WAL writer runs');
  process.kill(walWriter, 'SIGKILL');
  let startup: number | undefined;
  while (startup === undefined) startup = find('startup');
  process.kill(startup, 'SIGSTOP');
  // Up to PostgreSQL 15 at least, the server never ends after this signal.
  process.kill(pid, 'SIGINT');
  const pidFile = `${guestRoot}/data/pgdata/postmaster.pid`;
  while (existsSync(pidFile) && !readFileSync(pidFile, 'utf8').includes('stopping')) await delay(5);
  process.kill(startup, 'SIGCONT');
  while (find('startup')) await delay(5);
  const before = new Date(Date.now() - 180_000);
  if (existsSync(pidFile)) utimesSync(pidFile, before, before);
  return existsSync(pidFile);
}

test('a server that hangs during its shutdown is ended, and has its data at the next start', async () => {
  const name = 'cornac-hung';
  const machine = await makeServer(world, name);
  // Some servers end in spite of all.
  for (let tries = 1; !(await hangInShutdown(machine)); tries++) {
    assert.ok(tries < 5, 'a server hangs');
    await world.guest.startPostgres(machine);
  }
  await world.guest.stopPostgres(machine);
  assert.equal(await world.guest.postgresStatus(machine), 'stopped');
  await world.guest.startPostgres(machine);
  assert.equal(await world.guest.psql(machine, 'SELECT count(*) FROM public.kept;'), '500000\n');
  await world.provider.destroyMachine({ name }, noProgress());
});

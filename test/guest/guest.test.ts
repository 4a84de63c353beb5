import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createGuest, type Guest } from '../../src/guest/guest.ts';
import type { RunningMachine } from '../../src/providers/provider.ts';
import { sh } from '../../src/ssh/command.ts';
import type { Ssh } from '../../src/ssh/ssh.ts';
import {
  guestScriptsDir,
  type LocalWorld,
  makeLocalWorld,
  makeRunningMachine,
  makeServer,
} from '../support/local/world.ts';

let world: LocalWorld;
let machine: RunningMachine;
let guest: Guest;

before(async () => {
  world = await makeLocalWorld();
  guest = world.guest;
  machine = await makeServer(world, 'cornac-guest');
});
after(() => world.remove());

async function show(name: string) {
  return (await guest.psql(machine, `SHOW ${name};`)).trim();
}

/** The guest over an SSH connection that is lost after `length` bytes of stdin. */
function cutOff(length: number): Guest {
  const run: Ssh['run'] = (target, command, options = {}) =>
    world.ssh.run(target, command, {
      ...options,
      stdin: Buffer.from(options.stdin ?? '').subarray(0, length),
    });
  return createGuest({ ssh: { ...world.ssh, run }, scriptsDir: guestScriptsDir });
}

test('a POSIX shell parses every script', () => {
  const scripts = readdirSync(guestScriptsDir).filter((name) => !/\.(sql|conf)$/.test(name));
  assert.ok(scripts.length > 10);
  for (const name of scripts) execFileSync('sh', ['-n', join(guestScriptsDir, name)]);
});

/** As a virtual machine, which gets its scripts over SSH. A local machine's scripts belong to the provider. */
async function makeMachineWithoutScripts() {
  const bare = await makeRunningMachine(world, 'cornac-bare');
  const home = `${bare.guestRoot}/opt/cornac`;
  for (const name of readdirSync(home)) rmSync(join(home, name), { recursive: true });
  const { uid, gid } = statSync(`${bare.guestRoot}/data`);
  chownSync(home, uid, gid);
  return { bare, home };
}

test('scripts that are cut off are not installed', async () => {
  const { bare, home } = await makeMachineWithoutScripts();
  // Each file of the archive has a header, and both fill blocks.
  const block = 512;
  const [first = ''] = readdirSync(guestScriptsDir).sort();
  const firstFile = block + Math.ceil(statSync(join(guestScriptsDir, first)).size / block) * block;
  for (const length of [0, firstFile, firstFile + block]) {
    await assert.rejects(cutOff(length).ensureScripts(bare), { code: 'CommandFailed' });
    assert.deepEqual(readdirSync(home), []);
  }
});

test('concurrent installs of missing scripts install them once', async () => {
  const { bare } = await makeMachineWithoutScripts();
  await Promise.all(Array.from({ length: 8 }, () => guest.ensureScripts(bare)));
  await guest.prepareDisk(bare);
  const { stdout } = await world.ssh.run(
    bare.ssh,
    sh`ls ${bare.guestRoot}/opt/cornac; cat ${bare.guestRoot}/opt/cornac/bin/psql`,
  );
  const names = stdout.split('\n').slice(0, 2);
  assert.equal(names[0], 'bin');
  assert.match(names[1] ?? '', /^scripts-[0-9a-f]{16}$/);
  assert.ok(stdout.endsWith(readFileSync(join(guestScriptsDir, 'psql'), 'utf8')));
});

test('a machine without a cluster has the status none and cannot start PostgreSQL', async () => {
  const bare = await makeRunningMachine(world, 'cornac-bare');
  assert.equal(await guest.postgresStatus(bare), 'none');
  await guest.stopPostgres(bare);
  await assert.rejects(guest.startPostgres(bare), { code: 'CommandFailed', stderr: /no cluster/ });
  await assert.rejects(guest.initCluster(bare, { version: '9.6' }), { stderr: /PostgreSQL 9 is not in/ });
});

test('the cluster is UTF8, with checksums', async () => {
  assert.equal(await show('server_encoding'), 'UTF8');
  assert.equal(await show('data_checksums'), 'on');
  assert.equal(await show('password_encryption'), 'scram-sha-256');
});

test('an existing cluster stays, and is refused for another version unless keep is given', async () => {
  const [version = ''] = await world.provider.listEngineVersions();
  await guest.initCluster(machine, { version });
  await assert.rejects(guest.initCluster(machine, { version: '1.0' }), { code: 'CommandFailed' });
  // As with a new MACHINE_ORIGIN that has newer versions than this machine.
  await guest.initCluster(machine, { version: '99.1', keep: true });
  assert.equal(await guest.postgresStatus(machine), 'running');
});

test('settings that need no restart are in force at once', async () => {
  const unchanged = { shared_buffers: '16MB' };
  assert.deepEqual(await guest.configure(machine, { ...unchanged, work_mem: '5MB' }), {
    restartNeeded: false,
  });
  assert.equal(await show('work_mem'), '5MB');
  assert.deepEqual(await guest.configure(machine, unchanged), { restartNeeded: false });
  assert.equal(await show('work_mem'), '4MB');
});

test('settings that need a restart are reported until the restart', async () => {
  assert.deepEqual(await guest.configure(machine, { max_connections: '33' }), { restartNeeded: true });
  assert.deepEqual(await guest.configure(machine, { max_connections: '33' }), { restartNeeded: true });
  assert.equal(await show('max_connections'), '100');
  await guest.restartPostgres(machine);
  assert.equal(await show('max_connections'), '33');
  assert.deepEqual(await guest.configure(machine, { max_connections: '33' }), { restartNeeded: false });
});

test('settings that PostgreSQL refuses change nothing', async () => {
  await guest.configure(machine, { work_mem: '6MB' });
  for (const wrong of [{ max_connections: 'many' }, { no_such_setting: '1' }]) {
    await assert.rejects(guest.configure(machine, { work_mem: '7MB', ...wrong }), { exitCode: 65 });
  }
  await guest.restartPostgres(machine);
  assert.equal(await show('work_mem'), '6MB');
});

test('settings whose check is killed are not refused, so that the step is tried again', async () => {
  const { guestRoot } = machine;
  const conf = `${guestRoot}/etc/cornac/guest.conf`;
  const known = readFileSync(conf, 'utf8');
  const major = readFileSync(join(guestRoot, 'data/pgdata/PG_VERSION'), 'utf8').trim();
  const programs = `${guestRoot}/opt/killed`;
  mkdirSync(programs);
  writeFileSync(`${programs}/postgres`, '#!/bin/sh\nkill -KILL $$\n', { mode: 0o755 });
  appendFileSync(conf, `CORNAC_PGBIN_${major}='${programs}'\n`);
  try {
    await assert.rejects(guest.configure(machine, { work_mem: '7MB' }), {
      exitCode: 1,
      stderr: /the check of the settings was ended by another process/,
    });
  } finally {
    writeFileSync(conf, known);
  }
});

test('settings that are cut off change nothing', async () => {
  await guest.configure(machine, { work_mem: '6MB', max_connections: '34' });
  for (const length of [0, "work_mem = '7MB'\n".length]) {
    const settings = { work_mem: '7MB', max_connections: '35' };
    await assert.rejects(cutOff(length).configure(machine, settings), { stderr: /settings have no end/ });
    await assert.rejects(cutOff(length).configure(machine, settings, { keep: true }), {
      code: 'CommandFailed',
    });
  }
  await guest.restartPostgres(machine);
  assert.deepEqual([await show('work_mem'), await show('max_connections')], ['6MB', '34']);
});

test('listen_addresses is the machine’s address, whatever the settings say', async () => {
  await guest.configure(machine, { listen_addresses: '*' });
  await guest.restartPostgres(machine);
  assert.equal(await show('listen_addresses'), machine.address);
});

test('start, stop and restart may be repeated', async () => {
  await guest.startPostgres(machine);
  await guest.stopPostgres(machine);
  await guest.stopPostgres(machine);
  assert.equal(await guest.postgresStatus(machine), 'stopped');
  await Promise.all([guest.startPostgres(machine), guest.startPostgres(machine)]);
  assert.equal(await guest.postgresStatus(machine), 'running');
  await guest.stopPostgres(machine);
  await guest.restartPostgres(machine);
  assert.equal(await guest.postgresStatus(machine), 'running');
});

test('a start returns the version of the server, also where it runs already', async () => {
  const version = (await show('server_version')).replace(/ .*/, '');
  assert.deepEqual(await guest.startPostgres(machine), { engineVersion: version, notices: [] });
  assert.deepEqual(await guest.restartPostgres(machine), { engineVersion: version, notices: [] });
});

test('a start that fails has the reason in its error', async () => {
  const { ssh, guestRoot } = machine;
  await guest.stopPostgres(machine);
  await world.ssh.run(ssh, sh`mv ${guestRoot}/data/pgdata/global ${guestRoot}/data/pgdata/lost`);
  await assert.rejects(guest.startPostgres(machine), { code: 'CommandFailed', stderr: /global/ });
  await world.ssh.run(ssh, sh`mv ${guestRoot}/data/pgdata/lost ${guestRoot}/data/pgdata/global`);
  await guest.startPostgres(machine);
});

test('the first statement that fails ends the SQL', async () => {
  const sql = 'CREATE TABLE public.before (); SELECT 1/0; CREATE TABLE public.after ();';
  await assert.rejects(guest.psql(machine, sql.replaceAll('; ', ';\n')), { stderr: /division by zero/ });
  assert.equal(
    await guest.psql(machine, `SELECT to_regclass('public.before'), to_regclass('public.after');`),
    'public.before|\n',
  );
});

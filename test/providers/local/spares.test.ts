import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { majorOf } from '../../../src/model/engine/engine-version.ts';
import { noProgress } from '../../../src/providers/provider.ts';
import type { SpareClusters } from '../../../src/providers/spare-clusters.ts';
import { sh } from '../../../src/ssh/command.ts';
import { readySpares } from '../../support/local/spares.ts';
import {
  haveOwnUsers,
  type LocalWorld,
  machineUid,
  makeLocalWorld,
  makeRunningMachine,
  spec,
} from '../../support/local/world.ts';
import { waitUntil } from '../../support/wait-until.ts';

const skip = (await haveOwnUsers()) ? false : 'only machines with users of their own have spares';

let world: LocalWorld;
let spares: SpareClusters;
let major: string;
before(async () => {
  world = await makeLocalWorld();
  if (!world.provider.spares) throw new Error('the provider keeps no spares');
  spares = world.provider.spares;
  const [version = ''] = await world.provider.listEngineVersions();
  major = majorOf(version);
});
after(() => world.remove());

function give(name: string) {
  return spares.give({ name }, major, noProgress());
}
function untilSpare() {
  return waitUntil('a spare cluster', () => readySpares(world.stateDir).length === 1);
}
function pgdataOf(name: string): string {
  return join(world.stateDir, 'machines', name, 'data/pgdata');
}
function systemIdentifier(pgdata: string): string {
  const out = execFileSync(`/usr/lib/postgresql/${major}/bin/pg_controldata`, [pgdata]).toString();
  return /^Database system identifier: +(\d+)$/m.exec(out)?.[1] ?? assert.fail(out);
}

test('the first machine has no spare, and the second gets one that runs', { skip }, async () => {
  const first = await makeRunningMachine(world, 'cornac-first');
  await give(first.name);
  assert.equal(existsSync(pgdataOf(first.name)), false);
  const made = await world.guest.initCluster(first, { version: major });

  await untilSpare();
  const second = await makeRunningMachine(world, 'cornac-second');
  await give(second.name);
  const pgdata = pgdataOf(second.name);
  const foreign = execFileSync('find', [pgdata, '-not', '-uid', `${machineUid(second)}`]).toString();
  assert.equal(foreign, '');
  assert.equal(statSync(pgdata).mode & 0o777, 0o700);
  const { ino } = statSync(pgdata);
  const { notices } = await world.guest.initCluster(second, { version: major });
  assert.deepEqual(notices, made.notices, 'the notes of a cluster that the machine makes');
  assert.equal(existsSync(join(pgdata, 'cornac.untold')), false);
  assert.equal(statSync(pgdata).ino, ino, 'initCluster leaves the cluster');
  assert.notEqual(systemIdentifier(pgdata), systemIdentifier(pgdataOf(first.name)));
  await world.guest.configure(second, {});
  await world.guest.startPostgres(second);
  assert.equal(await world.guest.psql(second, 'SELECT 1'), '1\n');
});

test('a machine with a cluster keeps it', { skip }, async () => {
  const machine = await makeRunningMachine(world, 'cornac-keeps');
  await world.guest.initCluster(machine, { version: major });
  const { ino } = statSync(pgdataOf(machine.name));
  await untilSpare();
  await give(machine.name);
  assert.equal(statSync(pgdataOf(machine.name)).ino, ino);
  assert.equal(readySpares(world.stateDir).length, 1);
});

test('two machines at once do not get the same spare', { skip }, async () => {
  const names = ['cornac-one', 'cornac-other'];
  for (const name of names) await makeRunningMachine(world, name);
  await untilSpare();
  await Promise.all(names.map(give));
  assert.equal(names.filter((name) => existsSync(pgdataOf(name))).length, 1);
});

test('what a killed worker has left between a spare and its machine is removed', { skip }, async () => {
  const machine = await makeRunningMachine(world, 'cornac-half');
  const left = join(world.stateDir, 'spares/of-cornac-half');
  mkdirSync(left);
  writeFileSync(join(left, 'PG_VERSION'), `${major}\n`);
  await untilSpare();
  await give(machine.name);
  assert.equal(existsSync(left), false);
  assert.equal(existsSync(join(pgdataOf(machine.name), 'global/pg_control')), true);

  mkdirSync(left);
  await world.provider.destroyMachine({ name: machine.name }, noProgress());
  assert.equal(existsSync(left), false);
});

test('a spare of other scripts and what killed runs have left are removed, and none is given', {
  skip,
}, async () => {
  const machine = await makeRunningMachine(world, 'cornac-newer');
  await untilSpare();
  const [name = ''] = readySpares(world.stateDir);
  const older = join(world.stateDir, 'spares/new', `${major}-0123456789abcdef`);
  execFileSync('mv', [join(world.stateDir, 'spares/new', name), older]);
  for (const left of [`${name}.draft.a1b2c3`, 'removed-1'])
    mkdirSync(join(world.stateDir, 'spares/new', left));
  await give(machine.name);
  assert.equal(existsSync(pgdataOf(machine.name)), false);
  const all = () => readdirSync(join(world.stateDir, 'spares/new'));
  await waitUntil('the present spare alone', () => all().join() === name);
});

test('neither another user nor a machine can reach the spares', { skip }, async () => {
  const machine = await makeRunningMachine(world, 'cornac-curious');
  assert.equal(statSync(join(world.stateDir, 'spares')).uid, 0);
  assert.equal(statSync(join(world.stateDir, 'spares')).mode & 0o022, 0);
  assert.equal(statSync(join(world.stateDir, 'spares/new')).mode & 0o777, 0o700);
  const look = sh`for dir in machines spares; do [ ! -e ${world.stateDir}/$dir ] || echo $dir; done`;
  const { stdout } = await world.ssh.run(machine.ssh, look);
  assert.equal(stdout, 'machines\n');
});

test('a machine of another owner gets none', { skip }, async () => {
  await world.provider.ensureMachine({ ...spec('cornac-owned'), owner: 'db-A' }, noProgress());
  await untilSpare();
  const others = spares.give({ name: 'cornac-owned', owner: 'db-B' }, major, noProgress());
  await assert.rejects(others, { code: 'Conflict' });
  assert.equal(existsSync(pgdataOf('cornac-owned')), false);
});

test('a spare that cannot be given leaves the machine to make its cluster', { skip }, async () => {
  const machine = await makeRunningMachine(world, 'cornac-barred');
  await untilSpare();
  const data = join(world.stateDir, 'machines/cornac-barred/data');
  execFileSync('mv', [data, `${data}.away`]);
  await give(machine.name);
  execFileSync('mv', [`${data}.away`, data]);
  assert.equal(existsSync(join(world.stateDir, 'spares/of-cornac-barred')), false);
  await world.guest.initCluster(machine, { version: major });
  assert.equal(existsSync(join(pgdataOf(machine.name), 'PG_VERSION')), true);
});

test('a cluster that a machine makes does not land inside one that it got meanwhile', { skip }, async () => {
  const { guestRoot } = await makeRunningMachine(world, 'cornac-late');
  const pgdata = pgdataOf('cornac-late');
  for (const path of [pgdata, `${pgdata}.new`]) {
    mkdirSync(path);
    writeFileSync(join(path, 'PG_VERSION'), `${major}\n`);
  }
  const script = execFileSync('sed', [
    '-n',
    '/^mv -T /p',
    `${guestRoot}/opt/cornac/bin/init-cluster`,
  ]).toString();
  assert.throws(() =>
    execFileSync('sh', ['-c', script], { env: { ...process.env, PGDATA: pgdata }, stdio: 'pipe' }),
  );
  assert.deepEqual(readdirSync(pgdata), ['PG_VERSION']);
});

import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { POSTGRES_PORT } from '../../../src/providers/local/addresses.ts';
import { createLocalProvider, type LocalOptions } from '../../../src/providers/local/local.ts';
import { noProgress } from '../../../src/providers/provider.ts';
import {
  guestScriptsDir,
  haveOwnUsers,
  type LocalWorld,
  machineUid,
  makeLocalWorld,
  makeRunningMachine,
  makeStateDir,
  spec,
} from '../../support/local/world.ts';
import { mountSmallDisk, needsSmallDisk } from '../../support/small-disk.ts';

/** Only root can drop to another user. */
const notRoot = process.getuid?.() !== 0;

let world: LocalWorld;
before(async () => {
  world = await makeLocalWorld();
});
after(() => world.remove());

function variant(options: Partial<LocalOptions>) {
  return createLocalProvider({
    stateDir: world.stateDir,
    machinePrefix: 'cornac-',
    publicKeys: [world.key.publicKey],
    guestScriptsDir,
    ...options,
  });
}

test('a machine has its own data, log and socket, and no other user can read them', async () => {
  const machine = await makeRunningMachine(world, 'cornac-modes');
  const { guestRoot: root } = machine;
  const uid = machineUid(machine);
  for (const dir of [`${root}/data`, `${root}/log`, join(world.stateDir, 'run', machine.address)]) {
    const { mode, uid: owner } = statSync(dir);
    assert.equal(mode & 0o777, 0o700, dir);
    assert.equal(owner, uid, dir);
  }
  assert.equal(statSync(root).mode & 0o777, notRoot ? 0o700 : 0o710);
});

test("a machine's user does not own the files that Cornac reads and writes", { skip: notRoot }, async () => {
  const { guestRoot: root } = await makeRunningMachine(world, 'cornac-modes');
  const out = execFileSync('find', [root, '-not', '-uid', '0', '-not', '-path', `${root}/data*`]).toString();
  assert.equal(out, `${root}/log\n`);
  const writable = execFileSync('find', [
    root,
    '-uid',
    '0',
    '-not',
    '-type',
    'l',
    '-perm',
    '/022',
  ]).toString();
  assert.equal(writable, '');
});

test('twenty machines made concurrently by several workers have different addresses', async () => {
  const names = Array.from({ length: 20 }, (_, i) => `cornac-many${i}`);
  const worker = spawn(
    process.execPath,
    ['--import', 'tsx', join(import.meta.dirname, '../../support/local/worker.ts')],
    {
      env: {
        ...process.env,
        STATE_DIR: world.stateDir,
        PUBLIC_KEY: world.key.publicKey,
        MACHINE: names.join(),
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const exit = once(worker, 'exit');
  const other = await world.open();
  const ours = [world.provider, other].flatMap((provider) =>
    names.map((name) => provider.ensureMachine(spec(name), noProgress())),
  );
  await Promise.all(ours);
  assert.deepEqual(await exit, [0, null]);
  const machines = await Promise.all(names.map((name) => other.startMachine(name, noProgress())));
  assert.equal(new Set(machines.map(({ address }) => address)).size, names.length);
  assert.equal(new Set(machines.map(({ ssh }) => ssh.hostKey)).size, names.length);
  await Promise.all(names.map((name) => world.provider.destroyMachine({ name }, noProgress())));
});

test('a file system in /tmp of the host keeps no machine from its start', needsSmallDisk, async (t) => {
  const directory = mkdtempSync('/tmp/cornac-mounted-');
  const disk = mountSmallDisk(directory, 1);
  t.after(() => {
    disk.remove();
    rmSync(directory, { recursive: true });
  });
  await makeRunningMachine(world, 'cornac-mounted');
});

test('an address on which another program listens is not used', async (t) => {
  const network = '127.203.117.0/30';
  const foreign = createServer().listen({ host: '127.203.117.1', port: POSTGRES_PORT });
  await once(foreign, 'listening');
  t.after(() => foreign.close());
  const provider = await variant({ network });
  await provider.ensureMachine(spec('cornac-aside'), noProgress());
  assert.equal((await provider.startMachine('cornac-aside', noProgress())).ssh.host, '127.203.117.2');
  await assert.rejects(provider.ensureMachine(spec('cornac-full'), noProgress()), {
    code: 'InsufficientCapacity',
  });
});

test('a machine is named below the DNS domain, and reached at its address', async () => {
  const provider = await variant({ dnsDomain: '.db.example' });
  await provider.ensureMachine(spec('cornac-named'), noProgress());
  const machine = await provider.startMachine('cornac-named', noProgress());
  assert.equal(machine.address, 'cornac-named.db.example');
  assert.match(machine.ssh.host, /^127\./);
});

test('a disk larger than the free space is refused', async () => {
  const { notes: told = [] } = await world.provider.ensureMachine(spec('cornac-disk'), noProgress());
  assert.match(told.join(), /not enforced/);
  const vast = { ...spec('cornac-disk'), diskGiB: 1_000_000 };
  await assert.rejects(world.provider.resizeMachine(vast, noProgress()), { code: 'InsufficientCapacity' });
  const anew = { ...vast, name: 'cornac-vast' };
  await assert.rejects(world.provider.ensureMachine(anew, noProgress()), {
    code: 'InsufficientCapacity',
    message: /GiB free, 1000000\.0 GiB are needed/,
  });
  assert.equal(await world.provider.findMachine('cornac-vast'), undefined);
  const { notes } = await world.provider.resizeMachine({ ...vast, diskGiB: 2 }, noProgress());
  assert.match(notes.join(), /not enforced/);
});

test('a machine name that leads out of the directory of machines is refused', async () => {
  for (const name of ['..', 'cornac-/../x', '', 'a'.repeat(64)]) {
    await assert.rejects(
      world.provider.destroyMachine({ name }, noProgress()),
      { code: 'Configuration' },
      name,
    );
  }
});

test('a state directory that the user cannot enter is named', { skip: notRoot }, async () => {
  const closed = join(world.stateDir, 'closed');
  mkdirSync(closed);
  chmodSync(closed, 0o700);
  const provider = await variant({ stateDir: join(closed, 'state') });
  await assert.rejects(provider.check(), {
    code: 'Configuration',
    message: new RegExp(`cannot enter ${closed} `),
  });
});

test('a state directory that is too deep for a socket is refused', async () => {
  const stateDir = join(world.stateDir, 'x'.repeat(80));
  await assert.rejects((await variant({ stateDir })).check(), { code: 'Configuration', message: /too long/ });
});

test('invalid users and networks are refused at once', async () => {
  const wrong = { code: 'Configuration' };
  await assert.rejects(variant({ user: 'no-such-user' }), wrong);
  await assert.rejects(variant({ user: 'root' }), wrong);
  for (const network of ['10.0.0.0/8', '127.0.0.0/31', '127.0.0.0/7', '127.0.300.0/24', 'default']) {
    await assert.rejects(variant({ network }), wrong, network);
  }
});

test('a shared user who cannot log in is refused by name', { skip: notRoot }, async (t) => {
  const [name] =
    execFileSync('getent', ['passwd'])
      .toString()
      .match(/^\w+(?=:.*nologin$)/m) ?? [];
  assert.ok(name);
  const stateDir = makeStateDir();
  t.after(() => rm(stateDir, { recursive: true }));
  const check = (capabilities: string, STATE_DIR = stateDir) =>
    spawnSync(
      'setpriv',
      [
        capabilities,
        process.execPath,
        '--import',
        'tsx',
        join(import.meta.dirname, '../../support/local/worker.ts'),
      ],
      { env: { ...process.env, STATE_DIR, PUBLIC_KEY: 'x', LOCAL_USER: name }, encoding: 'utf8' },
    ).stderr;
  const withoutMounts = '--bounding-set=-sys_admin';
  assert.match(check(withoutMounts), new RegExp(`${name} cannot log in`));
  if (!(await haveOwnUsers())) return;
  assert.equal(check('--bounding-set=+all'), '');
  await makeRunningMachine(world, 'cornac-modes');
  assert.match(check(withoutMounts, world.stateDir), /has its own user/);
});

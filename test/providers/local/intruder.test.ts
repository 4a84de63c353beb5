import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createLocalProvider } from '../../../src/providers/local/local.ts';
import {
  noProgress,
  type Progress,
  type Provider,
  type RunningMachine,
} from '../../../src/providers/provider.ts';
import { startDeadline } from '../../../src/system/deadline.ts';
import { type Canaries, makeCanaries } from '../../support/local/canaries.ts';
import { createIntruder, KINDS, type Kind } from '../../support/local/intruder.ts';
import {
  guestScriptsDir,
  haveOwnUsers,
  type LocalWorld,
  makeLocalWorld,
  makeRunningMachine,
  makeServer,
  scramVerifier,
  spec,
} from '../../support/local/world.ts';
import { findSshd, processesOf } from '../../support/local-machine.ts';
import { targetsOf } from './intruder-targets.ts';
import { BOUND_MS, settle } from './settle.ts';

const isolated = await haveOwnUsers();
/** A guest step may wait for a pipe that the machine's user has put there, as long as its caller allows. */
const PATIENCE_MS = 4_000;

suite('a machine whose user is an intruder', {
  skip: !isolated && 'only root that may make mount namespaces has machines of other users',
}, () => {
  let world: LocalWorld;
  let provider: Provider;
  let canaries: Canaries;
  let neighbour: RunningMachine;
  let foreign: string;
  before(async () => {
    world = await makeLocalWorld();
    provider = await createLocalProvider({
      stateDir: world.stateDir,
      machinePrefix: 'cornac-',
      publicKeys: [world.key.publicKey],
      guestScriptsDir,
      shutdownMs: 3_000,
    });
    canaries = makeCanaries(world.stateDir);
    neighbour = await makeServer(world, 'cornac-neighbour');
    foreign = readFileSync(join(neighbour.guestRoot, 'machine.json'), 'utf8');
  });
  after(() => world.remove());

  const intruderOf = (machine: RunningMachine) => createIntruder(machine, { ...canaries, foreign });

  test('swapped files never lead out of its directory, between any two steps of its life', async () => {
    const name = 'cornac-life';
    const machine = await makeRunningMachine(world, name);
    const intruder = intruderOf(machine);
    const [version = ''] = await provider.listEngineVersions();
    const { guest } = world;
    const start = (progress: Progress) => provider.startMachine(name, progress);
    const master = { user: 'postgres', database: 'test', verifier: scramVerifier('password') };
    const steps: Record<string, [(progress: Progress) => Promise<unknown>, patienceMs?: number]> = {
      ensure: [(progress) => provider.ensureMachine(spec(name), progress)],
      start: [start],
      prepareDisk: [(progress) => guest.prepareDisk(machine, progress), PATIENCE_MS],
      initCluster: [(progress) => guest.initCluster(machine, { version }, progress), PATIENCE_MS],
      configure: [(progress) => guest.configure(machine, {}, progress), PATIENCE_MS],
      startPostgres: [(progress) => guest.startPostgres(machine, progress), PATIENCE_MS],
      ensureMaster: [(progress) => guest.ensureMaster(machine, master, progress), PATIENCE_MS],
      resize: [(progress) => provider.resizeMachine({ ...spec(name), diskGiB: 2 }, progress)],
      list: [() => provider.listMachines()],
      stop: [(progress) => provider.stopMachine(name, progress)],
      'start again': [start],
    };
    const { theirs, inCluster, ours } = targetsOf(machine, world.stateDir);
    let swapped = 0;
    for (const [step, [work, patienceMs]] of Object.entries(steps)) {
      for (const kind of KINDS) {
        // A program inside the machine reads its own cluster, and may wait for a pipe there.
        const inside = patienceMs === undefined ? inCluster : [];
        const paths =
          step === 'stop' || step === 'start again' ? [...theirs, ...inCluster] : [...inside, ...theirs];
        assert.deepEqual(intruder.swap(kind, ours), [], `${kind} before ${step}`);
        swapped += intruder.swap(kind, paths).length;
        await settle(`${step} after ${kind}`, work, patienceMs);
        canaries.check(`${step} after ${kind}`);
        intruder.putBack(paths.toReversed());
        intruder.putBack(paths);
      }
      await settle(step, work, patienceMs && BOUND_MS);
    }
    assert.ok(swapped > 100, `${swapped} paths were replaced`);
    assert.equal(await world.guest.psql(neighbour, 'SELECT 1;'), '1\n');
    assert.equal(readFileSync(join(neighbour.guestRoot, 'machine.json'), 'utf8'), foreign);
    await provider.destroyMachine({ name }, noProgress());
    assert.equal(await provider.findMachine(name), undefined);
  });

  const destroyAfter = async (
    name: string,
    attack: (intruder: ReturnType<typeof intruderOf>, root: string) => void,
  ) => {
    const machine = await makeRunningMachine(world, name);
    const intruder = intruderOf(machine);
    attack(intruder, machine.guestRoot);
    await settle(`destroy ${name}`, (progress) => provider.destroyMachine({ name }, progress));
    assert.deepEqual(processesOf(intruder.uid), []);
    assert.deepEqual(readdirSync(join(world.stateDir, 'machines')), [neighbour.name]);
    assert.deepEqual(readdirSync(join(world.stateDir, 'run')), [neighbour.ssh.host]);
    assert.deepEqual(readdirSync(join(world.stateDir, 'addresses')), [neighbour.ssh.host]);
    assert.ok(!readdirSync(join(world.stateDir, 'lock')).includes(`machine-${name}`));
    canaries.check(name);
  };

  test('is destroyed completely, whatever files it has left', async () => {
    const trees: Record<Kind | string, string> = {
      closed: 'mkdir -p closed/in/side && echo x >closed/in/side/file && chmod -R 000 closed',
      deep: 'i=0; while [ $i -lt 3000 ]; do mkdir -p dddddddddd && cd dddddddddd || exit; i=$((i + 1)); done',
      names: `mkdir -- '-rf' '
' '*' "$(printf '\\377\\376')" && touch -- '--no-preserve-root' "$(printf %0255d 0)"`,
      links: `ln -s ${canaries.dir} dir && ln -s ${canaries.file} file && ln -s / root && ln -s .. up && ln -s loop loop`,
      pipes: 'mkfifo pipe && truncate -s 1T huge',
      second: `ln ${canaries.file} second 2>/dev/null || :`,
    };
    for (const [tree, script] of Object.entries(trees)) {
      await destroyAfter(`cornac-${tree}`, (intruder, root) => {
        for (const dir of ['data', 'log']) intruder.run(`cd "$1" && ${script}`, `${root}/${dir}`);
      });
    }
  });

  test('is ended completely, whatever processes it runs', async () => {
    const processes: Record<string, string> = {
      deaf: `trap '' TERM INT HUP QUIT; cd "$1/data"; while :; do sleep 1; done`,
      hidden: 'exec sleep 1000',
      // Each process ends at once and has two children.
      many: 'f() { f & f & }; ulimit -u 2000 2>/dev/null || ulimit -p 2000; f',
      // Kills every process that tries to kill it.
      killer: 'trap "" TERM; while :; do kill -9 -1 2>/dev/null; done',
    };
    for (const [kind, script] of Object.entries(processes)) {
      await destroyAfter(`cornac-${kind}`, (intruder, root) => {
        intruder.run('setsid sh -c "$2" sh "$1" </dev/null >/dev/null 2>&1 &', root, script);
        assert.ok(processesOf(intruder.uid).length > 0, kind);
      });
    }
  });

  test('is ended completely, even when no process list shows its processes', async () => {
    const processes: Record<string, string> = {
      // Its first thread ends, and another thread works on.
      leaderless: `use threads; use POSIX; threads->create(sub { sleep 1000 })->detach;
        syscall((uname())[4] eq 'x86_64' ? 60 : 93, 0)`,
      // Each process has one child and ends before a reader of its id can look at it.
      chain: `$SIG{TERM} = 'IGNORE'; while (1) { my $child = fork; exit if $child }`,
    };
    for (const [kind, script] of Object.entries(processes)) {
      const machine = await makeRunningMachine(world, `cornac-${kind}`);
      const { uid, gid } = intruderOf(machine);
      const child = spawn('perl', ['-e', script], {
        uid,
        gid,
        cwd: '/',
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      // All of these processes hold the pipe open.
      const { signal, dispose } = startDeadline(BOUND_MS);
      const end = once(child.stdout.resume(), 'end', { signal });
      await delay(500);
      await settle('stop', (progress) => provider.stopMachine(machine.name, progress));
      await assert.doesNotReject(end, `${kind} is left`);
      dispose();
      await provider.destroyMachine({ name: machine.name }, noProgress());
    }
  });

  test('leaves no shared memory and no message queue, even those given to another user', async () => {
    // shmget(IPC_PRIVATE, …, IPC_CREAT), then IPC_STAT, another shm_perm.uid, IPC_SET; mq_open(…, O_CREAT | O_RDWR, …).
    const script = `use POSIX;
      for (1 .. 3) {
        my $id = shmget(0, 65536, 01600);
        shmctl($id, 2, my $data = '') or die "IPC_STAT: $!";
        substr($data, 4, 4) = pack('L', 12345);
        shmctl($id, 1, $data) or die "IPC_SET: $!";
      }
      my $name = "cornac-$<";
      syscall((uname())[4] eq 'x86_64' ? 240 : 180, $name, 0102, 0600, 0) >= 0 or die "mq_open: $!";`;
    const machine = await makeRunningMachine(world, 'cornac-memory');
    const { uid, gid } = intruderOf(machine);
    const made = spawnSync('perl', ['-e', script], { uid, gid, cwd: '/', encoding: 'utf8' });
    assert.equal(made.stderr, '');
    const left = () => [
      ...readFileSync('/proc/sysvipc/shm', 'utf8')
        .split('\n')
        .filter((line) => line.split(/\s+/).includes(String(uid))),
      ...execFileSync(
        'unshare',
        [
          '--mount',
          'sh',
          '-c',
          'mount -t mqueue mqueue /tmp && find /tmp -type f -uid "$1"',
          'sh',
          String(uid),
        ],
        { encoding: 'utf8' },
      )
        .split('\n')
        .filter(Boolean),
    ];
    assert.equal(left().length, 4);
    await provider.destroyMachine({ name: machine.name }, noProgress());
    assert.deepEqual(left(), []);
  });

  test('is stopped within bounds although a process poses as PostgreSQL and its sshd is suspended', async () => {
    const name = 'cornac-false';
    const machine = await makeRunningMachine(world, name);
    const intruder = intruderOf(machine);
    const script = `mkdir -p "$1/data/pgdata"; cd "$1/data/pgdata"; (trap '' INT TERM; exec setsid sleep 1000) </dev/null >/dev/null 2>&1 &`;
    intruder.run(script, machine.guestRoot);
    const sshd = findSshd(machine.guestRoot);
    assert.ok(sshd);
    process.kill(sshd, 'SIGSTOP');
    await settle('stop', (progress) => provider.stopMachine(name, progress));
    assert.deepEqual(processesOf(intruder.uid), []);
    assert.equal((await provider.findMachine(name))?.state, 'stopped');
    await provider.destroyMachine({ name }, noProgress());
  });
});

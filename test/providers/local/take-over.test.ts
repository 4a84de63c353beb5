import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chownSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { noProgress, type RunningMachine } from '../../../src/providers/provider.ts';
import { type Canaries, makeCanaries } from '../../support/local/canaries.ts';
import { killWorkerAt } from '../../support/local/killed-worker.ts';
import {
  haveOwnUsers,
  type LocalWorld,
  machineUid,
  makeLocalWorld,
  makeServer,
} from '../../support/local/world.ts';
import { findServer } from '../../support/local-machine.ts';

const root = process.getuid?.() === 0;
function id(option: string) {
  return Number(execFileSync('id', [option, 'postgres']));
}

suite('a machine of an earlier Cornac', {
  skip: !root && 'has the same user as one of today, but for root',
}, () => {
  let world: LocalWorld;
  let canaries: Canaries;
  let old: { uid: number; gid: number; env: NodeJS.ProcessEnv };
  before(async () => {
    world = await makeLocalWorld();
    canaries = makeCanaries(world.stateDir);
    old = { uid: id('-u'), gid: id('-g'), env: { PATH: process.env.PATH } };
  });
  after(() => world.remove());

  const runDir = ({ ssh }: RunningMachine) => join(world.stateDir, 'run', ssh.host);
  const recordOf = ({ guestRoot }: RunningMachine) => join(guestRoot, 'machine.json');

  /** A machine with a table, as the code of f796a9c left it: one user owns its directory and its socket's directory. */
  const makeOld = async (name: string): Promise<RunningMachine> => {
    const machine = await makeServer(world, name);
    await world.guest.psql(machine, 'CREATE TABLE public.kept AS SELECT 42 AS answer;');
    await world.provider.stopMachine(name, noProgress());
    const { guestRoot } = machine;
    const { uid: _, ...record } = JSON.parse(readFileSync(recordOf(machine), 'utf8'));
    writeFileSync(recordOf(machine), JSON.stringify(record));
    writeFileSync(join(guestRoot, 'sshd.pid'), '1\n');
    execFileSync('chown', ['-hR', `${old.uid}:${old.gid}`, guestRoot, runDir(machine)]);
    execFileSync('chmod', ['-R', 'go-rwx', guestRoot]);
    return machine;
  };

  const startsWithItsData = async (name: string): Promise<RunningMachine> => {
    const machine = await world.provider.startMachine(name, noProgress());
    await world.guest.startPostgres(machine);
    assert.equal(await world.guest.psql(machine, 'SELECT answer FROM public.kept;'), '42\n');
    return machine;
  };

  test('is taken over at its next start: it keeps data and address, and gets a new user and host key', async (t) => {
    const name = 'cornac-old';
    t.after(() => world.provider.destroyMachine({ name }, noProgress()));
    const machine = await makeOld(name);
    execFileSync(
      '/bin/sh',
      [
        '-c',
        'setsid $(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)/postgres -D "$1" >/dev/null 2>&1 &',
        'sh',
        `${machine.guestRoot}/data/pgdata`,
      ],
      { ...old, cwd: '/', stdio: 'ignore' },
    );
    while (findServer(machine.guestRoot) === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.equal((await world.provider.findMachine(name))?.state, 'stopped');

    const again = await startsWithItsData(name);
    assert.equal(again.address, machine.address);
    assert.equal(again.ssh.user, machine.ssh.user);
    assert.notEqual(again.ssh.hostKey, machine.ssh.hostKey);
    if (!(await haveOwnUsers())) return t.skip('machines share a user here');
    assert.notEqual(machineUid(again), old.uid);
    const left = execFileSync('find', [again.guestRoot, runDir(again), '-uid', String(old.uid)]).toString();
    assert.equal(left, '');
  });

  test('is taken over by the next worker after several workers were killed meanwhile', async () => {
    const name = 'cornac-cut';
    await makeOld(name);
    for (const afterMs of [0, 30, 60, 100, 150, 200, 300]) {
      await killWorkerAt(world, name, afterMs);
    }
    await startsWithItsData(name);
    await world.provider.destroyMachine({ name }, noProgress());
  });

  test('is taken over without following any link out of its directory', async () => {
    const name = 'cornac-links';
    const machine = await makeOld(name);
    const at = (path: string) => join(machine.guestRoot, path);
    for (const path of ['etc/ssh/authorized_keys', 'etc/ssh/host_key', 'etc/cornac/guest.conf']) {
      rmSync(at(path));
      symlinkSync(canaries.file, at(path));
    }
    for (const path of ['opt/cornac', 'log']) {
      rmSync(at(path), { recursive: true });
      symlinkSync(canaries.dir, at(path));
    }
    symlinkSync(canaries.dir, at('data/to-dir'));
    symlinkSync(canaries.file, at('machine.json.new'));
    canaries.link(at('data/second-name'));
    rmSync(runDir(machine), { recursive: true });
    symlinkSync(canaries.dir, runDir(machine));

    await startsWithItsData(name);
    canaries.check('after the start');
    await world.provider.destroyMachine({ name }, noProgress());
    canaries.check('after its end');
  });

  test("with a damaged record, or with another machine's address, is refused, and other machines are not affected", async () => {
    const name = 'cornac-lies';
    const machine = await makeOld(name);
    const path = recordOf(machine);
    const record = JSON.parse(readFileSync(path, 'utf8'));
    const neighbour = await makeServer(world, 'cornac-neighbour');
    const lies = [
      JSON.stringify({ ...record, address: neighbour.ssh.host }),
      JSON.stringify({ ...record, address: `${record.address}/../../canary-dir` }),
      JSON.stringify({ ...record, hostKey: 'ssh-ed25519 AAAA\nProxyCommand x' }),
      JSON.stringify({ ...record, diskGiB: -1 }),
      JSON.stringify([record]),
      'no JSON',
      '',
    ];
    for (const lie of lies) {
      writeFileSync(path, lie);
      await assert.rejects(
        world.provider.startMachine(name, noProgress()),
        { name: 'ProviderError', code: 'Conflict' },
        lie,
      );
      const found = (await world.provider.listMachines()).map((each) => `${each.name} ${each.state}`);
      assert.deepEqual(found.sort(), [`${name} stopped`, 'cornac-neighbour running']);
    }
    writeFileSync(path, JSON.stringify(record));
    chownSync(path, old.uid, old.gid);
    await startsWithItsData(name);

    await world.provider.destroyMachine({ name }, noProgress());
    await world.provider.destroyMachine({ name: neighbour.name }, noProgress());
    canaries.check('at the end');
  });

  test('with a link instead of its data directory is refused, and can be destroyed', async () => {
    const name = 'cornac-moved';
    const machine = await makeOld(name);
    renameSync(join(machine.guestRoot, 'data'), join(world.stateDir, 'elsewhere'));
    symlinkSync(canaries.dir, join(machine.guestRoot, 'data'));
    await assert.rejects(world.provider.startMachine(name, noProgress()), {
      code: 'Conflict',
      message: /not a directory/,
    });
    await world.provider.destroyMachine({ name }, noProgress());
    assert.equal(await world.provider.findMachine(name), undefined);
    canaries.check('at the end');
  });
});

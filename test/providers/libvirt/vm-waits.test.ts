import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { noProgress, type Provider, type RunningMachine } from '../../../src/providers/provider.ts';
import { sh } from '../../../src/ssh/command.ts';
import { GIB, MIB } from '../../../src/system/units.ts';
import { needsMachines, place, virsh } from '../../support/libvirt/private.ts';
import { type LibvirtWorld, makeLibvirtWorld } from '../../support/libvirt/world.ts';

const run = promisify(execFile);
const spec = { name: 'cornac-waits', cpus: 1, memoryMiB: 512, diskGiB: 2 };
const POOL = 'small';
const POOL_PATH = `/var/lib/libvirt/${POOL}`;
/** How long a message may take. */
const TOLD_MS = 30_000;

/** One machine, in its own pool, which is filled and made larger. The tests build on each other. */
describe('a wait for a virtual machine', needsMachines, () => {
  let world: LibvirtWorld;
  let provider: Provider;
  let impatient: Provider;
  let machine: RunningMachine;
  before(async () => {
    await run('mkdir', ['-p', POOL_PATH]);
    await run('mount', ['-t', 'tmpfs', '-o', 'size=8g,mode=711', 'tmpfs', POOL_PATH]);
    await virsh('pool-define-as', POOL, 'dir', '--target', POOL_PATH);
    await virsh('pool-start', POOL);
    world = await makeLibvirtWorld({ ...place, pool: POOL });
    provider = world.provider;
    impatient = await world.open({
      times: { otherHostKey: 5_000 },
    });
    await provider.ensureMachine(spec, noProgress());
    machine = await provider.startMachine(spec.name, noProgress());
  });
  after(async () => {
    await impatient?.close();
    await world?.remove();
    for (const verb of ['pool-destroy', 'pool-undefine']) await virsh(verb, POOL);
    await run('umount', [POOL_PATH]);
  });

  /** Aborts the starts that a failed test has left. */
  let open = new AbortController();
  afterEach(() => {
    open.abort();
    open = new AbortController();
  });

  const domstate = () => virsh('domstate', spec.name, '--reason');

  /** A start that runs, and all its reports. */
  const start = (by: Provider = provider) => {
    const told: string[] = [];
    const end = by
      .startMachine(spec.name, { signal: open.signal, report: (message) => told.push(message) })
      .then(
        () => undefined,
        (error) => error,
      );
    const tells = async (words: RegExp): Promise<void> => {
      for (const until = Date.now() + TOLD_MS; Date.now() < until; await delay(50)) {
        if (told.some((message) => words.test(message))) return;
      }
      assert.fail(`${words} was not told, but ${told.join(' | ')}`);
    };
    return { end, tells, told };
  };

  test('leaves a machine that a person paused as it is, and a look returns the pause', async () => {
    assert.deepEqual((await provider.lookAtMachine(spec.name))?.reach?.ssh, machine.ssh);
    await virsh('suspend', spec.name);
    const look = await provider.lookAtMachine(spec.name);
    assert.deepEqual(look?.paused, { reason: 'person', detail: 'by a person' });
    assert.equal(look?.reach, undefined);
    const { end, tells } = start();
    await tells(/^waiting for (an address of|SSH on) cornac-waits.*: paused by a person; Cornac waits/);
    assert.equal(await domstate(), 'paused (user)');
    await virsh('resume', spec.name);
    assert.equal(await end, undefined);
  });

  test('powers the machine on again after a power cut during its boot', async () => {
    await virsh('destroy', spec.name);
    const { end, tells, told } = start();
    await tells(/waiting for (SSH|an address)/);
    await virsh('destroy', spec.name);
    assert.equal(await end, undefined);
    assert.equal(told.filter((message) => message === `powering ${spec.name} on`).length, 2);
  });

  test('ends with StorageFull and the pool’s name on a full pool, and succeeds when the pool has room', async () => {
    const { stdout } = await run('df', ['--output=used', '--block-size=1', POOL_PATH]);
    const used = Number(stdout.trim().split('\n').at(-1));
    const remount = (bytes: number) =>
      run('mount', ['-o', `remount,size=${Math.ceil(bytes / MIB)}m`, POOL_PATH]);
    await remount(used + 32 * MIB);
    // The command hangs as soon as the machine is paused.
    world.ssh
      .run(machine.ssh, sh`dd if=/dev/urandom of=/dev/disk/by-id/virtio-pgdata bs=1M count=256 oflag=direct`)
      .catch(() => {});
    for (const until = Date.now() + TOLD_MS; Date.now() < until; await delay(200)) {
      if ((await domstate()) === 'paused (I/O error)') break;
    }
    assert.equal(await domstate(), 'paused (I/O error)');

    const detail = `after an I/O error: the pool ${POOL} is full`;
    const look = await provider.lookAtMachine(spec.name);
    assert.deepEqual(look?.paused, { reason: 'storage-full', detail });
    assert.equal(await domstate(), 'paused (I/O error)', 'a look resumes nothing');

    // Temporal repeats the call in the same way.
    for (let times = 0; times < 2; times++) {
      const { end, tells } = start();
      const began = Date.now();
      await tells(new RegExp(`: paused ${detail}; Cornac resumes it`));
      const error = await end;
      assert.deepEqual([error?.code, error?.retryable], ['StorageFull', true]);
      assert.match(error?.message, new RegExp(`cornac-waits on localhost is paused ${detail}`));
      assert.ok(Date.now() - began < 20_000, 'others are not kept waiting');
    }
    await remount(8 * GIB);
    const began = Date.now();
    assert.equal(await start().end, undefined);
    assert.ok(Date.now() - began < 120_000, 'within two minutes');
    assert.equal((await provider.lookAtMachine(spec.name))?.paused, undefined);
  });

  test('reports another host key than the pinned one at once, and ends with HostKeyMismatch', async () => {
    machine = await provider.startMachine(spec.name, noProgress());
    await world.ssh.run(
      machine.ssh,
      sh`rm /etc/ssh/ssh_host_ed25519_key*; ssh-keygen -q -t ed25519 -N ${''} -f /etc/ssh/ssh_host_ed25519_key; systemctl reload-or-restart ssh`,
    );
    const { end, tells } = start(impatient);
    await tells(/: it presents another host key than the pinned one \(SHA256:\S+, not SHA256:\S+\)/);
    const error = await end;
    assert.deepEqual([error?.code, error?.retryable], ['HostKeyMismatch', false]);
  });
});

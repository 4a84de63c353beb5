import assert from 'node:assert/strict';
import { statfs } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { createLibvirtProvider } from '../../../src/providers/libvirt/libvirt.ts';
import { noProgress, type Provider, type Room } from '../../../src/providers/provider.ts';
import { GIB } from '../../../src/system/units.ts';
import { needsLibvirt, type SecondHost, startSecondHost } from '../../support/libvirt/private.ts';
import {
  type LibvirtWorld,
  makeEmptyOrigin,
  makeLibvirtWorld,
  makePlace,
} from '../../support/libvirt/world.ts';

const HOST_MIB = 24 * 1024;
const big = { cpus: 4, memoryMiB: 16 * 1024, diskGiB: 1 };
const small = { cpus: 1, memoryMiB: 1024, diskGiB: 1 };
const SYSTEM_GIB = 64 / 1024;

/** Machines are defined here and not started, so that they use no memory. */
describe('a libvirt host of 24 GiB', needsLibvirt, () => {
  let world: LibvirtWorld;
  let host: SecondHost;
  let provider: Provider;
  const open = (options = '') =>
    createLibvirtProvider({
      ...world.settings,
      iaas: [`libvirt+qemu:///system?name=kvm24&socket=${host.socket}${options}`],
    });
  const room = async (name = 'cornac-none', of = provider): Promise<Room> => {
    const [found] = await of.lookForRoom(name);
    assert.ok(found && 'begun' in found, JSON.stringify(found));
    return found;
  };
  const make = (name: string, spec: typeof big, on = provider) =>
    on.ensureMachine({ name: `cornac-${name}`, ...spec }, noProgress());
  const removeAll = async () => {
    for (const { name } of await provider.listMachines()) {
      await provider.destroyMachine({ name }, noProgress());
    }
  };
  const memoryOf = async (name: string) =>
    /Max memory:\s+(\d+) KiB/.exec(await host.virsh('dominfo', name))?.[1];
  const define = (name: string, mib: number) =>
    host.virsh.xml(
      'define',
      `<domain type='qemu'><name>${name}</name><memory unit='MiB'>${mib}</memory>
       <os><type arch='x86_64'>hvm</type></os></domain>`,
    );

  before(async () => {
    world = await makeLibvirtWorld();
    await world.makeEmptyOrigin();
    host = await startSecondHost('kvm24', HOST_MIB);
    await makePlace(world.settings.pool, host.virsh);
    await makeEmptyOrigin(world.settings, host.virsh);
    provider = open();
  });
  after(async () => {
    await provider?.close();
    await host?.stop();
    await world?.remove();
  });

  test('takes one machine of 16 GiB, and refuses a second with its total, promised and requested memory', async () => {
    assert.deepEqual((await room()).memoryMiB, { total: (HOST_MIB * 15) / 16, promised: 0 });
    await make('e1', big);
    for (const name of ['e2', 'b1']) {
      await assert.rejects(make(name, big), {
        code: 'InsufficientCapacity',
        message:
          /no room for 16384 MiB of .*: kvm24 has 23040 MiB, 16384 of them promised, and \d+ GiB, 2 of/,
      });
    }
    await make('b1', small);
    assert.equal((await room()).memoryMiB.promised, 17 * 1024);
    await removeAll();
  });

  test('takes more machines with overcommit=', async () => {
    const more = open('&overcommit=memory:2.2');
    for (const name of ['e1', 'e2', 'b1']) await make(name, big, more);
    assert.equal((await room('cornac-none', more)).memoryMiB.promised, 3 * 16 * 1024);
    await assert.rejects(make('b2', big, more), { code: 'InsufficientCapacity' });
    await more.close();
    await removeAll();
  });

  test('refuses a class that does not fit with nothing changed, and accepts a smaller one always', async () => {
    await make('e1', big);
    await make('b1', small);
    const larger = { name: 'cornac-b1', cpus: 4, memoryMiB: 8192, diskGiB: 2 };
    await assert.rejects(provider.resizeMachine(larger, noProgress()), {
      code: 'InsufficientCapacity',
      message: /no room for another 7168 MiB of memory and 1 GiB of disk: kvm24 has 23040 MiB, 17408 of/,
    });
    assert.equal(await memoryOf('cornac-b1'), String(1024 * 1024));
    assert.equal((await provider.findMachine('cornac-b1'))?.diskGiB, 1);

    const tight = open('&overcommit=memory:0.1');
    assert.ok((await room('cornac-b1', tight)).memoryMiB.total < 16 * 1024);
    await tight.resizeMachine({ name: 'cornac-e1', ...big, memoryMiB: 8192 }, noProgress());
    assert.equal(await memoryOf('cornac-e1'), String(8192 * 1024));
    await tight.close();
    await provider.resizeMachine(larger, noProgress());
    assert.equal(await memoryOf('cornac-b1'), String(8192 * 1024));
    await removeAll();
  });

  test('counts a domain of another program with autostart, and none that is off without it', async () => {
    await define('aside', 10 * 1024);
    assert.equal((await room()).memoryMiB.promised, 0);
    await host.virsh('autostart', 'aside');
    assert.equal((await room()).memoryMiB.promised, 10 * 1024);
    await assert.rejects(make('e1', big), { code: 'InsufficientCapacity' });
    await host.virsh('undefine', 'aside');
  });

  test('counts all disks with the size that they may grow to', async () => {
    const before = await room();
    assert.equal(before.systemGiB, SYSTEM_GIB);
    const half = Math.floor((before.diskGiB.total - before.diskGiB.promised) * 0.6);
    await make('e1', { ...small, diskGiB: half });
    const after = await room();
    const taken = after.diskGiB.promised - before.diskGiB.promised - half - SYSTEM_GIB;
    assert.ok(taken >= 0 && taken < 0.01, `the seed takes ${taken} GiB`);
    assert.deepEqual(after.machines.get('cornac-e1'), { memoryMiB: 1024, diskGiB: half });
    await assert.rejects(make('e2', { ...small, diskGiB: half }), {
      code: 'InsufficientCapacity',
      message: new RegExp(
        `no room for 1024 MiB of memory and ${half} GiB of disk in addition to 1 GiB for its system`,
      ),
    });
    const grown = { name: 'cornac-e1', ...small, diskGiB: half * 2 };
    await assert.rejects(provider.resizeMachine(grown, noProgress()), { code: 'InsufficientCapacity' });
    const more = open('&overcommit=disk:3');
    assert.equal((await more.resizeMachine(grown, noProgress())).restartNeeded, false);
    await make('e2', { ...small, diskGiB: half }, more);
    await more.close();
    await removeAll();

    await host.virsh('vol-create-as', world.settings.pool, 'others.qcow2', `${half}G`, '--format', 'qcow2');
    await assert.rejects(make('e1', { ...small, diskGiB: half }), { code: 'InsufficientCapacity' });
    await host.virsh('vol-delete', '--pool', world.settings.pool, 'others.qcow2');
  });

  test('promises no more disk than QEMU can write, without root’s reserve', async () => {
    const { bavail, bsize, blocks } = await statfs('/var/lib/libvirt');
    const { total, promised } = (await room()).diskGiB;
    const writable = (bavail * bsize) / GIB;
    const reserve = Math.min((blocks * bsize) / GIB / 20, 10);
    // Other programs write to this file system meanwhile.
    assert.ok(total - promised <= writable + 1, `${total} of ${writable}`);
    assert.ok(total >= writable - reserve - 1, `${total} of ${writable}`);
  });

  test('counts a machine that is half made with what it has', async () => {
    const caller = new AbortController();
    const report = (message: string) => message.startsWith('defining') && caller.abort(new Error('gone'));
    const spec = { name: 'cornac-half', ...small, diskGiB: 3 };
    await assert.rejects(provider.ensureMachine(spec, { signal: caller.signal, report }), /gone/);
    const counted = (await room()).machines.get(spec.name);
    assert.equal(counted?.memoryMiB, 0);
    assert.ok(counted.diskGiB >= 3 && counted.diskGiB < 3.01);
    await provider.destroyMachine(spec, noProgress());
    assert.equal((await room()).machines.size, 0);
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instance } from '../../../src/model/db-instance/instance.ts';
import { type HostFigures, type KnownRoom, mayHaveRoom } from '../../../src/model/server/host-figures.ts';

const NOW = new Date('2026-11-26T12:00:00Z');
const MINUTE = 60_000;
const micro = { dbInstanceClass: 'db.t3.micro', allocatedStorage: 5 };
const large = { dbInstanceClass: 'db.m5.large', allocatedStorage: 5 };

/** Room for so many machines of db.t3.micro with 5 GiB, whose system takes 2 GiB. */
function figures(machines: number, more: Partial<KnownRoom> = {}, host = 'kvm1'): HostFigures {
  const room = {
    memoryMiB: { total: machines * 1024, promised: 0 },
    diskGiB: { total: machines * 7, promised: 0 },
    systemGiB: 2,
    machines: {},
    ...more,
  };
  return { host, seenAt: NOW, room };
}
function instance(name: string, more: Partial<Instance> = {}): Instance {
  const made = { host: 'kvm1', availableAt: NOW, status: 'available' as const };
  return { ...micro, ...made, machine: `cornac-${name}`, ...more } as Instance;
}
function known(all: readonly HostFigures[], instances: readonly Instance[] = []) {
  return { figures: all, instances, isOurs: (name: string) => name.startsWith('cornac-') };
}
function mayMake(all: readonly HostFigures[], instances: readonly Instance[] = [], gets = micro): boolean {
  return mayHaveRoom({ machine: 'cornac-new', host: null, gets }, known(all, instances), NOW);
}
function mayChange(all: readonly HostFigures[], from: Instance, gets: typeof micro): boolean {
  const question = { machine: from.machine, host: from.host, has: micro, gets };
  return mayHaveRoom(question, known(all, [from]), NOW);
}
const counted = { memoryMiB: 1024, diskGiB: 5 };

test('a class that no host bears is refused, another one is not', () => {
  const hosts = [figures(2), figures(7, {}, 'kvm2')];
  assert.equal(mayMake(hosts, [], large), false);
  assert.equal(mayMake(hosts), true);
  assert.equal(mayMake([figures(8), ...hosts], [], large), true);
});

test('an unknown host is left to the operation: never seen, unreachable, or seen long ago', () => {
  const old = { ...figures(1), seenAt: new Date(NOW.getTime() - 6 * MINUTE) };
  const unreachable = { ...figures(1, {}, 'kvm2'), room: null };
  assert.equal(mayMake([], [], large), true);
  assert.equal(mayMake([old], [], large), true);
  assert.equal(mayMake([figures(1), unreachable], [], large), true);
  assert.equal(mayMake([{ ...old, seenAt: new Date(NOW.getTime() - 4 * MINUTE) }], [], large), false);
});

test('an instance since the look counts, and one that is gone since does not', () => {
  const full = figures(1, {
    memoryMiB: { total: 1024, promised: 1024 },
    diskGiB: { total: 7, promised: 7 },
    machines: { 'cornac-old': counted },
  });
  assert.equal(mayMake([figures(1)]), true);
  assert.equal(mayMake([figures(1)], [instance('since')]), false);
  assert.equal(mayMake([figures(1)], [instance('elsewhere', { host: 'kvm2' })]), true);
  assert.equal(mayMake([full], [instance('old')]), false);
  assert.equal(mayMake([full]), true);
  assert.equal(mayMake([full], [instance('old', { status: 'deleting' })]), true);
});

test('the machine of another Cornac counts as it was seen', () => {
  const promised = { memoryMiB: { total: 1024, promised: 1024 }, machines: { 'other-a': counted } };
  assert.equal(mayMake([figures(1, promised)]), false);
});

test('a change is refused by its own host for what it takes in addition', () => {
  const machines = { 'cornac-a': counted };
  const promised = {
    memoryMiB: { total: 8192, promised: 1024 },
    diskGiB: { total: 8, promised: 7 },
    machines,
  };
  const hosts = [figures(1, promised), figures(100, {}, 'kvm2')];
  assert.equal(mayChange(hosts, instance('a'), large), true);
  assert.equal(mayChange(hosts, instance('a'), { ...large, dbInstanceClass: 'db.m5.xlarge' }), false);
  assert.equal(mayChange(hosts, instance('a'), { ...micro, allocatedStorage: 6 }), true);
  assert.equal(mayChange(hosts, instance('a'), { ...micro, allocatedStorage: 7 }), false);
  assert.equal(mayChange(hosts, instance('a'), micro), true);
  assert.equal(mayChange(hosts, instance('unknown'), { ...micro, allocatedStorage: 7 }), true);
});

test('a smaller class, or only more storage, is allowed on a host without memory', () => {
  const machines = { 'cornac-a': counted };
  const full = figures(1, { memoryMiB: { total: 512, promised: 1024 }, machines });
  assert.equal(mayChange([full], instance('a'), { ...micro, allocatedStorage: 6 }), true);
  assert.equal(mayChange([full], instance('a'), { ...micro, dbInstanceClass: 'db.t3.small' }), false);
});

test('a machine that takes from another pool is left to the operation', () => {
  const machines = { 'cornac-a': { ...counted, elsewhere: true as const } };
  assert.equal(mayChange([figures(1, { machines })], instance('a'), large), true);
});

test('machines that share a host have to fit alone', () => {
  const shared = figures(2, { isShared: true, systemGiB: 0 }, 'this computer');
  const others = ['a', 'b', 'c'].map((name) => instance(name, { host: null }));
  assert.equal(mayMake([shared], others), true);
  assert.equal(mayMake([shared], [], large), false);
  assert.equal(mayMake([shared], [], { ...micro, allocatedStorage: 15 }), false);
  const [own] = others as [Instance];
  assert.equal(mayChange([shared], own, { ...micro, allocatedStorage: 19 }), true);
  assert.equal(mayChange([shared], own, { ...micro, allocatedStorage: 20 }), false);
  assert.equal(mayChange([shared], own, large), false);
});

test('no machine has more CPUs than a hypervisor with a limit gives', () => {
  assert.equal(mayMake([figures(100, { cpus: 2 })], [], large), true);
  assert.equal(mayMake([figures(100, { cpus: 1 })], [], large), false);
});

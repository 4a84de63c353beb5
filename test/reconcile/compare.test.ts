import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import type { Machine } from '../../src/providers/provider.ts';
import { compare, type ServerState } from '../../src/reconcile/compare.ts';
import { describeFinding } from '../../src/reconcile/describe.ts';
import type { Hosts } from '../../src/reconcile/machines.ts';
import { newInstance } from '../support/inventory.ts';

const up: Partial<Instance> = { status: 'available', availableAt: new Date(), address: '127.9.9.9' };
function machine(name: string, state: Machine['state'] = 'running'): Machine {
  return { name, state, diskGiB: 5 };
}

const cases: readonly {
  readonly what: string;
  readonly instance: Partial<Instance>;
  readonly machine?: Machine;
  readonly server?: ServerState;
  readonly finds: readonly string[];
}[] = [
  { what: 'an instance that serves', instance: up, machine: machine('cornac-a'), server: 'up', finds: [] },
  { what: 'one without a machine', instance: up, finds: ['machine-missing'] },
  {
    what: 'one whose machine is off',
    instance: up,
    machine: machine('cornac-a', 'stopped'),
    finds: ['machine-stopped'],
  },
  {
    what: 'one whose machine a person has paused',
    instance: up,
    machine: { ...machine('cornac-a'), paused: { reason: 'person', detail: 'by a person' } },
    finds: ['machine-paused'],
  },
  {
    what: 'one whose machine a person has suspended to disk',
    instance: up,
    machine: { ...machine('cornac-a', 'stopped'), paused: { reason: 'person', detail: 'by a person' } },
    finds: ['machine-paused'],
  },
  {
    what: 'one whose machine was seen to stand still when it was looked into',
    instance: up,
    machine: machine('cornac-a'),
    server: { reason: 'storage-full', detail: 'after an I/O error' },
    finds: ['machine-paused'],
  },
  {
    what: 'one that is stopped, and its machine paused',
    instance: { ...up, status: 'stopped' },
    machine: { ...machine('cornac-a', 'stopped'), paused: { reason: 'person', detail: 'by a person' } },
    finds: [],
  },
  {
    what: 'one whose PostgreSQL is down',
    instance: up,
    machine: machine('cornac-a'),
    server: 'down',
    finds: ['postgres-down'],
  },
  {
    what: 'one that is full, and serves',
    instance: { ...up, status: 'storage-full' },
    machine: machine('cornac-a'),
    server: 'up',
    finds: ['storage-full'],
  },
  {
    what: 'one that is full, and whose PostgreSQL is down',
    instance: { ...up, status: 'storage-full' },
    machine: machine('cornac-a'),
    server: 'down',
    finds: ['postgres-down', 'storage-full'],
  },
  {
    what: 'one that was full, and whose machine is gone',
    instance: { ...up, status: 'storage-full' },
    finds: ['machine-missing', 'storage-full'],
  },
  {
    what: 'one that was not looked into',
    instance: up,
    machine: machine('cornac-a'),
    finds: ['postgres-down'],
  },
  {
    what: 'one behind a firewall',
    instance: up,
    machine: machine('cornac-a'),
    server: 'unreachable',
    finds: ['unreachable'],
  },
  {
    what: 'one that an operation holds',
    instance: { ...up, operationId: '1b8627de-cd69-44d8-87b2-c5b777423eea' },
    finds: [],
  },
  { what: 'one that is being made', instance: { status: 'creating' }, finds: [] },
  {
    what: 'one that failed and serves again',
    instance: { ...up, status: 'failed' },
    machine: machine('cornac-a'),
    server: 'up',
    finds: ['recovered'],
  },
  {
    what: 'one that failed and is down',
    instance: { ...up, status: 'failed' },
    machine: machine('cornac-a'),
    server: 'down',
    finds: ['postgres-down'],
  },
  { what: 'one that failed before it ever was available', instance: { status: 'failed' }, finds: [] },
  {
    what: 'one that is stopped',
    instance: { ...up, status: 'stopped' },
    machine: machine('cornac-a', 'stopped'),
    finds: [],
  },
  {
    what: 'one that is stopped and runs',
    instance: { ...up, status: 'stopped' },
    machine: machine('cornac-a'),
    finds: ['machine-running'],
  },
  {
    what: 'a machine of nobody',
    instance: { ...up, machine: 'cornac-b' },
    machine: machine('cornac-a'),
    finds: ['machine-missing', 'orphan'],
  },
];

for (const { what, instance: members, machine: found, server, finds } of cases) {
  test(`${what}: ${finds.join(', ') || 'nothing to find'}`, () => {
    const instance = newInstance('a', members);
    const servers = new Map(server ? [[instance.dbiResourceId, server]] : []);
    const findings = compare([instance], found ? [found] : [], servers);
    assert.deepEqual(
      findings.map(({ kind }) => kind),
      finds,
    );
    for (const finding of findings) assert.match(describeFinding(finding), /^(?:a: |machine cornac-a )/);
  });
}

test("a machine of an instance's second server is no orphan", () => {
  const instance = newInstance('a', up);
  const machines = [machine('cornac-a'), machine('cornac-a-2'), machine('cornac-a-3')];
  const states = new Map([[instance.dbiResourceId, 'up' as const]]);
  const findings = compare([instance], machines, states, undefined, ['cornac-a', 'cornac-a-2']);
  assert.deepEqual(findings, [{ kind: 'orphan', machine: machines[2] }]);
});

function on(host: string, name = 'cornac-a'): Machine {
  return { ...machine(name), host };
}
const hosts: Hosts = { asked: ['kvm1', 'kvm2'], unreachable: new Map([['kvm3', 'it is silent']]) };

const hostCases: readonly {
  readonly what: string;
  readonly host: string | null;
  readonly instance?: Partial<Instance>;
  readonly machines: readonly Machine[];
  readonly finds: readonly string[];
}[] = [
  { what: 'one that is on its host', host: 'kvm1', machines: [on('kvm1')], finds: [] },
  { what: 'one that is on another host', host: 'kvm1', machines: [on('kvm2')], finds: ['moved'] },
  { what: 'one whose host nobody noted', host: null, machines: [on('kvm2')], finds: ['moved'] },
  { what: 'one whose host got another name', host: 'old', machines: [on('kvm2')], finds: ['moved'] },
  {
    what: 'one on another host that an operation holds',
    host: 'kvm1',
    instance: { operationId: '1b8627de-cd69-44d8-87b2-c5b777423eea' },
    machines: [on('kvm2')],
    finds: [],
  },
  { what: 'one that two hosts have', host: 'kvm2', machines: [on('kvm1'), on('kvm2')], finds: [] },
  { what: 'one that no host has', host: 'kvm1', machines: [], finds: ['machine-missing'] },
  { what: 'one on a host that nobody knows', host: 'kvm9', machines: [], finds: ['unknown-host'] },
  { what: 'one on a host that is unreachable', host: 'kvm3', machines: [], finds: [] },
  {
    what: 'one on a host that is unreachable and on another',
    host: 'kvm3',
    machines: [on('kvm1')],
    finds: [],
  },
  { what: 'one that may be on a host that is unreachable', host: null, machines: [], finds: [] },
];

for (const { what, host, instance: members, machines, finds } of hostCases) {
  test(`${what}: ${finds.join(', ') || 'nothing to find'}`, () => {
    const instance = newInstance('a', { ...up, host, ...members });
    const findings = compare([instance], machines, new Map([[instance.dbiResourceId, 'up']]), hosts);
    assert.deepEqual(
      findings.map(({ kind }) => kind),
      [...finds, 'host-unreachable'],
    );
    for (const finding of findings) {
      assert.match(describeFinding(finding), /^(?:a: |cannot list .* host kvm3: it is silent)/);
    }
  });
}

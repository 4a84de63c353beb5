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
  { what: 'an instance without a machine', instance: up, finds: ['machine-missing'] },
  {
    what: 'an instance whose machine is off',
    instance: up,
    machine: machine('cornac-a', 'stopped'),
    finds: ['machine-stopped'],
  },
  {
    what: 'an instance whose machine a person has paused',
    instance: up,
    machine: { ...machine('cornac-a'), paused: { reason: 'person', detail: 'by a person' } },
    finds: ['machine-paused'],
  },
  {
    what: 'an instance whose machine a person has suspended to disk',
    instance: up,
    machine: { ...machine('cornac-a', 'stopped'), paused: { reason: 'person', detail: 'by a person' } },
    finds: ['machine-paused'],
  },
  {
    what: 'an instance whose machine is found paused by the status check',
    instance: up,
    machine: machine('cornac-a'),
    server: { reason: 'storage-full', detail: 'after an I/O error' },
    finds: ['machine-paused'],
  },
  {
    what: 'a stopped instance with a paused machine',
    instance: { ...up, status: 'stopped' },
    machine: { ...machine('cornac-a', 'stopped'), paused: { reason: 'person', detail: 'by a person' } },
    finds: [],
  },
  {
    what: 'an instance whose PostgreSQL is down',
    instance: up,
    machine: machine('cornac-a'),
    server: 'down',
    finds: ['postgres-down'],
  },
  {
    what: 'an instance with full storage that serves',
    instance: { ...up, status: 'storage-full' },
    machine: machine('cornac-a'),
    server: 'up',
    finds: ['storage-full'],
  },
  {
    what: 'an instance with full storage whose PostgreSQL is down',
    instance: { ...up, status: 'storage-full' },
    machine: machine('cornac-a'),
    server: 'down',
    finds: ['postgres-down', 'storage-full'],
  },
  {
    what: 'an instance with full storage and without a machine',
    instance: { ...up, status: 'storage-full' },
    finds: ['machine-missing', 'storage-full'],
  },
  {
    what: 'an instance whose log is not archived',
    instance: { ...up, archiveFailingSince: new Date() },
    machine: machine('cornac-a'),
    server: 'up',
    finds: ['archive-failing'],
  },
  {
    what: 'a read replica that does not follow its source',
    instance: { ...up, replicationFault: 'lost' },
    machine: machine('cornac-a'),
    server: 'up',
    finds: ['not-replicating'],
  },
  {
    what: 'a stopped instance whose log was not archived',
    instance: { ...up, status: 'stopped', archiveFailingSince: new Date() },
    machine: machine('cornac-a', 'stopped'),
    finds: [],
  },
  {
    what: 'an instance without a status check',
    instance: up,
    machine: machine('cornac-a'),
    finds: ['postgres-down'],
  },
  {
    what: 'an instance behind a firewall',
    instance: up,
    machine: machine('cornac-a'),
    server: 'unreachable',
    finds: ['unreachable'],
  },
  {
    what: 'an instance that an operation holds',
    instance: { ...up, operationId: '1b8627de-cd69-44d8-87b2-c5b777423eea' },
    finds: [],
  },
  { what: 'an instance in creation', instance: { status: 'creating' }, finds: [] },
  {
    what: 'a failed instance that serves again',
    instance: { ...up, status: 'failed' },
    machine: machine('cornac-a'),
    server: 'up',
    finds: ['recovered'],
  },
  {
    what: 'a failed instance that is down',
    instance: { ...up, status: 'failed' },
    machine: machine('cornac-a'),
    server: 'down',
    finds: ['postgres-down'],
  },
  { what: 'an instance that failed before it was available', instance: { status: 'failed' }, finds: [] },
  {
    what: 'a stopped instance',
    instance: { ...up, status: 'stopped' },
    machine: machine('cornac-a', 'stopped'),
    finds: [],
  },
  {
    what: 'a stopped instance whose machine runs',
    instance: { ...up, status: 'stopped' },
    machine: machine('cornac-a'),
    finds: ['machine-running'],
  },
  {
    what: 'an orphan machine',
    instance: { ...up, machine: 'cornac-b' },
    machine: machine('cornac-a'),
    finds: ['machine-missing', 'orphan'],
  },
];

for (const { what, instance: members, machine: found, server, finds } of cases) {
  test(`${what}: ${finds.join(', ') || 'no finding'}`, () => {
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
  { what: 'a machine on its recorded host', host: 'kvm1', machines: [on('kvm1')], finds: [] },
  { what: 'a machine on another host', host: 'kvm1', machines: [on('kvm2')], finds: ['moved'] },
  { what: 'a machine without a recorded host', host: null, machines: [on('kvm2')], finds: ['moved'] },
  { what: 'a machine whose host was renamed', host: 'old', machines: [on('kvm2')], finds: ['moved'] },
  {
    what: 'a machine on another host, held by an operation',
    host: 'kvm1',
    instance: { operationId: '1b8627de-cd69-44d8-87b2-c5b777423eea' },
    machines: [on('kvm2')],
    finds: [],
  },
  { what: 'a machine on two hosts', host: 'kvm2', machines: [on('kvm1'), on('kvm2')], finds: [] },
  { what: 'a machine on no host', host: 'kvm1', machines: [], finds: ['machine-missing'] },
  { what: 'a machine on an unknown host', host: 'kvm9', machines: [], finds: ['unknown-host'] },
  { what: 'a machine on an unreachable host', host: 'kvm3', machines: [], finds: [] },
  {
    what: 'a machine on an unreachable host and on another',
    host: 'kvm3',
    machines: [on('kvm1')],
    finds: [],
  },
  { what: 'a machine that may be on an unreachable host', host: null, machines: [], finds: [] },
];

for (const { what, host, instance: members, machines, finds } of hostCases) {
  test(`${what}: ${finds.join(', ') || 'no finding'}`, () => {
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

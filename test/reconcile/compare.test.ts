import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instance } from '../../src/model/instance.ts';
import type { Machine } from '../../src/providers/provider.ts';
import { compare, describeFinding, type ServerState } from '../../src/reconcile/compare.ts';
import { newInstance } from '../support/inventory.ts';

const up: Partial<Instance> = { status: 'available', availableAt: new Date(), address: '127.9.9.9' };
const machine = (name: string, state: Machine['state'] = 'running'): Machine => ({ name, state, diskGiB: 5 });

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
    what: 'one whose PostgreSQL is down',
    instance: up,
    machine: machine('cornac-a'),
    server: 'down',
    finds: ['postgres-down'],
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

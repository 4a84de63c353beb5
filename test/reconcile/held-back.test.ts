import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import type { Machine } from '../../src/providers/provider.ts';
import { compare, type ServerState } from '../../src/reconcile/compare.ts';
import { describeFinding } from '../../src/reconcile/describe.ts';
import { explainHeldBack, withoutHeldBack } from '../../src/reconcile/held-back.ts';
import type { Hosts } from '../../src/reconcile/machines.ts';
import { newInstance } from '../support/inventory.ts';

type Members = Partial<Instance>;
const up: Members = { status: 'available', availableAt: new Date(), address: '127.9.9.9' };

function instances(count: number, members: Members = up, prefix = 'i') {
  return Array.from({ length: count }, (_, index) => newInstance(`${prefix}${index}`, members));
}
function machinesOf(some: readonly Instance[], host?: string): Machine[] {
  return some.map(({ machine }) => ({ name: machine, state: 'running', diskGiB: 5, ...(host && { host }) }));
}
function statesOf(some: readonly Instance[], state: ServerState) {
  return some.map(({ dbiResourceId }) => [dbiResourceId, state] as const);
}

/** The findings that compare holds back, and the instances whose findings may still be acted on. */
function judge(
  all: readonly Instance[],
  machines: readonly Machine[],
  servers: Iterable<readonly [string, ServerState]> = statesOf(all, 'up'),
  hosts?: Hosts,
) {
  const findings = compare(all, machines, new Map(servers), hosts);
  const held = findings.filter(({ kind }) => kind === 'held-back');
  const left = withoutHeldBack(findings).flatMap((each) =>
    'instance' in each ? [each.instance.identifier] : [],
  );
  return { findings, held, left };
}

test('five of ten machines missing: their instances are settled', () => {
  const all = instances(10);
  const { held, left } = judge(all, machinesOf(all.slice(5)));
  assert.deepEqual([held.length, left.length], [0, 5]);
});

test('six of ten machines missing: nothing is changed, not even an instance whose server is merely down', () => {
  const all = instances(10);
  const { findings, held, left } = judge(all, machinesOf(all.slice(6)), statesOf(all, 'down'));
  assert.deepEqual(left, []);
  assert.deepEqual(held, [{ kind: 'held-back', what: 'machine', lost: 6, of: 10 }]);
  assert.match(explainHeldBack(findings) ?? '', /^6 of 10 machines are missing\. No instance is started/);
  for (const finding of held) assert.match(describeFinding(finding), /check MACHINE_PREFIX/);
});

test('all of four instances lost: fewer than five losses hold nothing back', () => {
  assert.deepEqual(judge(instances(4), []).held, []);
  assert.equal(judge(instances(5), []).held.length, 1);
});

test('instances that already failed, that never had a machine, or that an operation holds do not count', () => {
  const lost = [
    ...instances(20, { ...up, status: 'failed' }, 'lost'),
    ...instances(20, { status: 'creating' }, 'new'),
    ...instances(20, { ...up, operationId: '1b8627de-cd69-44d8-87b2-c5b777423eea' }, 'busy'),
  ];
  const well = instances(10);
  assert.deepEqual(judge([...lost, ...well], machinesOf(well.slice(5))).held, []);
});

test('the missing machine of a stopped instance counts', () => {
  const all = instances(10, { ...up, status: 'stopped' });
  assert.equal(judge(all, []).held.length, 1);
});

test('most instances answer neither at their port nor in their machine: the network counts as lost', () => {
  const all = instances(10);
  const servers = [...statesOf(all.slice(0, 6), 'silent'), ...statesOf(all.slice(6), 'up')];
  const { findings, held, left } = judge(all, machinesOf(all), servers);
  assert.deepEqual(held, [{ kind: 'held-back', what: 'answer', lost: 6, of: 10 }]);
  assert.deepEqual(left, []);
  assert.match(explainHeldBack(findings) ?? '', /^6 of 10 machines do not answer\./);
});

test('guests that have hung for long, with failed instances, hold nothing back', () => {
  const hung = instances(20, { ...up, status: 'failed' }, 'hung');
  const down = instances(2, up, 'down');
  const servers = [...statesOf(hung, 'silent'), ...statesOf(down, 'down')];
  const { held, left } = judge([...hung, ...down], machinesOf([...hung, ...down]), servers);
  assert.deepEqual([held.length, left.length], [0, 22]);
});

test('most servers are down and their machines report it: they are recovered', () => {
  const all = instances(10);
  const { held, left } = judge(all, machinesOf(all), statesOf(all, 'down'));
  assert.deepEqual([held.length, left.length], [0, 10]);
});

test('instances that were not inspected do not count', () => {
  const all = instances(100);
  const servers = [...statesOf(all.slice(0, 10), 'silent'), ...statesOf(all.slice(10), 'unsure')];
  const { held, left } = judge(all, machinesOf(all), servers);
  assert.deepEqual([held.length, left.length], [1, 0]);
});

test('a host without any of its machines holds back only its own instances', () => {
  const here = instances(8, { ...up, host: 'kvm1' }, 'here');
  const there = instances(30, { ...up, host: 'kvm2' }, 'there');
  const machines = machinesOf(there.slice(1), 'kvm2');
  const hosts: Hosts = { asked: ['kvm1', 'kvm2'], unreachable: new Map() };
  const { findings, held, left } = judge([...here, ...there], machines, undefined, hosts);
  assert.deepEqual(held, [{ kind: 'held-back', what: 'machine', lost: 8, of: 8, host: 'kvm1' }]);
  assert.deepEqual(left, ['there0']);
  assert.match(explainHeldBack(findings) ?? '', /8 of 8 machines of one host are missing/);
  assert.doesNotMatch(explainHeldBack(findings) ?? '', /kvm1/);
  assert.ok(held.every((finding) => describeFinding(finding).includes('on host kvm1')));
});

test('an unreachable host holds nothing back', () => {
  const away = instances(30, { ...up, host: 'kvm2' });
  const hosts: Hosts = { asked: ['kvm1'], unreachable: new Map([['kvm2', 'it is silent']]) };
  assert.deepEqual(judge(away, [], undefined, hosts).held, []);
});

test('guests that hung one after the other, with failed instances, do not count as a network outage', () => {
  const hung = instances(6, { ...up, status: 'failed' }, 'hung');
  const well = instances(4);
  const all = [...hung, ...well];
  const servers = [
    ...statesOf(hung, 'silent'),
    ...statesOf(well.slice(0, 1), 'down'),
    ...statesOf(well.slice(1), 'up'),
  ];
  const { held, left } = judge(all, machinesOf(all), servers);
  assert.deepEqual(held, []);
  assert.ok(left.includes('i0'), 'the one that is down is started');
});

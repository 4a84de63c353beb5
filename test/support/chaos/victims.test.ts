import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Candidate, processesOfStack, sortVictims } from './victims.ts';

const state = '/tmp/cornac-chaos.x/fs/state';
function machine(name: string) {
  return `${state}/machines/cornac-${name}`;
}

function process(pid: number, parent: number, command: string, isMarked = false): Candidate {
  return {
    pid,
    parent,
    command,
    isMarked,
  };
}

const all: readonly Candidate[] = [
  process(1, 0, 'sh scripts/suite.d/inside'),
  process(5, 1, 'node test/chaos/main.ts'),
  process(10, 5, `node dist/cli/main.js up --state ${state} --port 1`),
  process(11, 10, `/cache/temporal-server-1.29.1 --root ${state}/temporal start`),
  process(12, 10, '/usr/bin/node dist/cli/main.js worker --processes 1'),
  process(13, 12, '/usr/bin/node dist/cli/main.js worker-process'),
  process(14, 1, '/usr/bin/node dist/cli/main.js run', true),
  process(20, 1, `/usr/lib/postgresql/15/bin/postgres -D ${machine('cornac')}/data/pgdata`),
  process(21, 20, 'postgres: checkpointer'),
  process(
    22,
    1,
    `sshd: /usr/sbin/sshd -f ${machine('cornac')}/etc/ssh/sshd_config [listener] 0 of 20-20 startups`,
  ),
  process(30, 1, `/usr/lib/postgresql/15/bin/postgres -D ${machine('chaos-a')}/data/pgdata`),
  process(31, 30, 'postgres: walwriter'),
  process(32, 1, `sshd: /usr/sbin/sshd -f ${machine('chaos-a')}/etc/ssh/sshd_config [listener]`),
  process(33, 32, 'sshd: postgres@notty'),
  process(34, 33, `/bin/sh ${machine('chaos-a')}/opt/cornac/bin/start`),
  process(35, 34, 'sleep 0.02'),
  // Another stack, whose name begins like the tested one, and one of the suite's own clients.
  process(40, 1, `node dist/cli/main.js up --state ${state}-2 --port 2`),
  process(41, 40, 'node dist/cli/main.js worker-process'),
  process(42, 1, '/usr/lib/postgresql/15/bin/postgres -D /tmp/other/machines/cornac-chaos-a/data/pgdata'),
  process(43, 42, 'postgres: checkpointer'),
  process(50, 5, 'python3 boto3-bridge.py'),
];
const ours = processesOfStack(all, state, [5, 1]);

test('processes of the stack name its state directory, are marked, or descend from such a process', () => {
  assert.deepEqual(
    ours.map(({ pid }) => pid),
    [10, 11, 12, 13, 14, 20, 21, 22, 30, 31, 32, 33, 34, 35],
  );
});

test('the suite itself is no victim, although it names the directory', () => {
  const named = processesOfStack([process(5, 1, `node main.ts ${state}/x`), ...all.slice(2, 3)], state, [5]);
  assert.deepEqual(
    named.map(({ pid }) => pid),
    [10],
  );
});

test('victims are sorted by kind', () => {
  const kinds = sortVictims(ours, state, 'cornac-cornac');
  const pids = Object.fromEntries(
    [...kinds].map(([kind, processes]) => [kind, processes.map(({ pid }) => pid)]),
  );
  assert.deepEqual(pids, {
    up: [10],
    temporal: [11],
    'worker pool': [12],
    'worker process': [13],
    gateway: [14],
    'inventory postmaster': [20],
    'inventory sshd': [22],
    'instance postmaster': [30],
    'instance sshd': [32],
    'guest script': [34],
    'inventory backend': [21],
    'instance backend': [31],
  });
});

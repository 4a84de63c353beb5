import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { isUnexpected, toFailure } from '../../src/activities/failure.ts';
import { publicFailure } from '../../src/activities/public-failure.ts';
import { dbInstanceNotFound } from '../../src/model/errors.ts';
import { ProviderError } from '../../src/providers/provider.ts';
import { SshError } from '../../src/ssh/error.ts';

function isFinal(error: unknown, unexpected: number) {
  const failure = toFailure(error, unexpected);
  assert.ok(failure instanceof ApplicationFailure);
  return failure.nonRetryable === true;
}

test('an outage is retried, however long it lasts', () => {
  for (const error of [
    new ProviderError('Unavailable', 'libvirt is restarted'),
    new SshError('Unreachable', 'no route'),
    Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }),
  ]) {
    assert.equal(isUnexpected(error), false);
    assert.equal(isFinal(error, 0), false);
  }
});

test('an unreachable inventory: the failure names host and reason, and its public text neither', () => {
  const code = 'ENOTFOUND';
  const socket = Object.assign(new Error('getaddrinfo ENOTFOUND db.invalid'), { code });
  const both = Object.assign(new AggregateError([socket], ''), { code: 'ECONNREFUSED' });
  const kind = 'DatabaseNotReachable';
  const ofAdapter = (cause: object) => ({
    meta: { driverAdapterError: Object.assign(new Error(), { cause }) },
  });
  const expected: readonly [error: object, reason: string][] = [
    [socket, ': getaddrinfo ENOTFOUND db.invalid'],
    [both, ': getaddrinfo ENOTFOUND db.invalid'],
    [ofAdapter({ kind, host: 'db.invalid' }), ': db.invalid does not resolve'],
    [ofAdapter({ kind, host: '10.0.0.9', port: 5432 }), ': 10.0.0.9:5432 refuses connections'],
    [Object.assign(new Error('postgresql://a:secret@b/c'), { code: 'P1001' }), ''],
  ];
  for (const [error, reason] of expected) {
    const failure = toFailure(error, 1);
    assert.equal(failure.message, `the inventory is unreachable${reason}`);
    assert.doesNotMatch(publicFailure(failure), /invalid|10\.0/);
  }
});

test('the third boot timeout of a machine is final', () => {
  const error = new ProviderError('Timeout', 'waited 600 s for SSH');
  assert.equal(isUnexpected(error), true);
  assert.deepEqual(
    [1, 2, 3].map((times) => isFinal(error, times)),
    [false, false, true],
  );
});

test('what a host refuses a machine for moments is final after eight attempts', () => {
  const error = new ProviderError('InsufficientCapacity', 'Cannot allocate memory', { retryable: true });
  assert.equal(isUnexpected(error), true);
  assert.deepEqual(
    [1, 7, 8].map((times) => isFinal(error, times)),
    [false, false, true],
  );
  const lasting = new ProviderError('InsufficientCapacity', 'no room');
  assert.equal(isUnexpected(lasting), false);
  assert.equal(isFinal(lasting, 0), true);
});

test("full storage of a machine's host is retried for as long as it lasts", () => {
  const error = new ProviderError('StorageFull', 'cornac-a on kvm1 is paused: the pool default is full');
  assert.equal(isUnexpected(error), false);
  assert.equal(isFinal(error, 1_000), false);
});

test("a machine's snapshot is waited for as long as it exists", () => {
  const error = new ProviderError('MachineBusy', 'the data disk of cornac-a cannot grow: "backup"');
  assert.equal(isUnexpected(error), false);
  assert.equal(isFinal(error, 1_000), false);
  assert.doesNotMatch(publicFailure(error), /cornac-a|backup"/);
});

test('a lasting error of a machine is final at once, and its public text names no place', () => {
  for (const code of ['HostKeyMismatch', 'MachinePaused', 'MachineOff'] as const) {
    const error = new ProviderError(code, 'cornac-a (10.0.0.7): SHA256:abc');
    assert.equal(isFinal(error, 0), true);
    assert.doesNotMatch(publicFailure(error), /cornac-a|10\.0|SHA256/);
  }
});

test('an unexpected error is final after eight attempts', () => {
  const error = new TypeError('a bug');
  assert.equal(isUnexpected(error), true);
  assert.deepEqual(
    [7, 8].map((times) => isFinal(error, times)),
    [false, true],
  );
});

test('an unexpected error never fails an operation whose work is done or has not begun', () => {
  for (const step of ['beginOperation', 'completeOperation', 'settleOperation', 'forgetInstance']) {
    const failure = toFailure(new TypeError('a bug'), 1_000, step);
    assert.ok(failure instanceof ApplicationFailure);
    assert.deepEqual([failure.type, failure.nonRetryable], ['Unexpected', false]);
  }
  const foreseen = toFailure(new ProviderError('Configuration', 'x'), 0, 'beginOperation');
  assert.ok(foreseen instanceof ApplicationFailure && foreseen.nonRetryable);
});

test('an error that only a person can mend is final at once', () => {
  for (const error of [new ProviderError('Configuration', 'NETWORK is wrong'), dbInstanceNotFound('test0')]) {
    assert.equal(isUnexpected(error), false);
    assert.equal(isFinal(error, 0), true);
  }
});

test("the refusal of a guest's verb is final at once, with the verb's own words", () => {
  const stderr = 'psql:x\nensure-master: SQL error P0001: this user name is taken\n';
  const error = new SshError('CommandFailed', `postgres@10.0.0.7: exit status 65: ${stderr}`, {
    exitCode: 65,
    stderr,
  });
  assert.equal(isUnexpected(error), false);
  const failure = toFailure(error, 0);
  assert.ok(failure instanceof ApplicationFailure);
  assert.equal(failure.nonRetryable, true);
  assert.equal(failure.message, 'the machine reports: SQL error P0001: this user name is taken');
});

test('a transient SQL error is retried', () => {
  const stderr = 'ensure-master: SQL error 53300\n';
  const error = new SshError('CommandFailed', `postgres@10.0.0.7: exit status 1: ${stderr}`, {
    exitCode: 1,
    stderr,
  });
  assert.equal(isUnexpected(error), true);
  assert.deepEqual(
    [7, 8].map((times) => isFinal(error, times)),
    [false, true],
  );
});

test('the message of a failed command has no path and no address', () => {
  for (const stderr of [
    'FATAL:  could not open directory "/var/lib/cornac/data/pgdata": Permission denied\n',
    'start: PostgreSQL ended: /var/lib/cornac\n',
    '',
  ]) {
    const error = new SshError('CommandFailed', `postgres@10.0.0.7: exit status 1: ${stderr}`, {
      exitCode: 1,
      stderr,
    });
    const failure = toFailure(error, 1);
    assert.equal(failure.message, 'a command in the machine ended with status 1');
    // The history has the whole error.
    assert.ok(failure instanceof ApplicationFailure);
    assert.deepEqual(failure.details, [error.message]);
  }
});

test('a lock whose holder does not end is waited for in two attempts', () => {
  const error = new SshError('CommandFailed', 'ensure-master: SQL error 55P03', { exitCode: 55 });
  assert.equal(isUnexpected(error), true);
  assert.deepEqual(
    [1, 2].map((times) => isFinal(error, times)),
    [false, true],
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { isUnforeseen, toFailure } from '../../src/activities/failure.ts';
import { dbInstanceNotFound } from '../../src/model/errors.ts';
import { ProviderError } from '../../src/providers/provider.ts';
import { SshError } from '../../src/ssh/error.ts';

const isFinal = (error: unknown, unforeseen: number) => {
  const failure = toFailure(error, unforeseen);
  assert.ok(failure instanceof ApplicationFailure);
  return failure.nonRetryable === true;
};

test('an outage is waited out, however long it is', () => {
  for (const error of [
    new ProviderError('Unavailable', 'libvirt is restarted'),
    new SshError('Unreachable', 'no route'),
    Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }),
  ]) {
    assert.equal(isUnforeseen(error), false);
    assert.equal(isFinal(error, 0), false);
  }
});

test('a machine that was waited for in vain three times is not waited for again', () => {
  const error = new ProviderError('Timeout', 'waited 600 s for SSH');
  assert.equal(isUnforeseen(error), true);
  assert.deepEqual(
    [1, 2, 3].map((times) => isFinal(error, times)),
    [false, false, true],
  );
});

test('what nobody foresaw is tried eight times', () => {
  const error = new TypeError('a bug');
  assert.equal(isUnforeseen(error), true);
  assert.deepEqual(
    [7, 8].map((times) => isFinal(error, times)),
    [false, true],
  );
});

test('what only a person can change is final at once', () => {
  for (const error of [new ProviderError('Configuration', 'NETWORK is wrong'), dbInstanceNotFound('test0')]) {
    assert.equal(isUnforeseen(error), false);
    assert.equal(isFinal(error, 0), true);
  }
});

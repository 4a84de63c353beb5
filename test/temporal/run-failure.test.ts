import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WorkflowFailedError } from '@temporalio/client';
import { ActivityFailure, ApplicationFailure, RetryState } from '@temporalio/common';
import { endOf } from '../../src/cli/commands/watch.ts';
import { readRunFailure } from '../../src/temporal/run-failure.ts';

/** A run whose step failed with this message. */
function failed(message: string) {
  const cause = ApplicationFailure.nonRetryable(message, 'Configuration');
  const step = new ActivityFailure(
    'Activity task failed',
    'makeMachine',
    '1',
    RetryState.TIMEOUT,
    'w',
    cause,
  );
  return {
    result: () =>
      Promise.reject(new WorkflowFailedError('Workflow execution failed', step, RetryState.TIMEOUT)),
  };
}

test('the reason of a failed run is the message of its step, on one line without control characters', async () => {
  assert.equal(
    await readRunFailure(failed('IAAS: netmask= is required\n\u001b]0;evil\u0007here')),
    'IAAS: netmask= is required ]0;evil here',
  );
});

test('a run that succeeded, or failed without words, has no reason; another error is thrown', async () => {
  assert.equal(await readRunFailure({ result: async () => undefined }), undefined);
  assert.equal(await readRunFailure(failed('')), undefined);
  const lost = new Error('14 UNAVAILABLE');
  await assert.rejects(readRunFailure({ result: () => Promise.reject(lost) }), lost);
});

test('watch names the reason, and where to read more', () => {
  const { message, advice } = endOf('test0', 'FAILED', 'no room');
  assert.equal(message, 'The operation on test0 ended failed: no room');
  assert.match(String(advice), /describe-events.* have details/);
  assert.equal(endOf('test0', 'CANCELLED', undefined).message, 'The operation on test0 ended cancelled.');
});

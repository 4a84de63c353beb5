import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WorkflowHandle } from '@temporalio/client';
import { readSteps } from '../../src/temporal/steps.ts';

/** A workflow of which somebody answers the query, and fails the activity, as they like. */
const handleOf = (answer: unknown, message = ''): WorkflowHandle =>
  ({
    query: async () => answer,
    describe: async () => ({ raw: { pendingActivities: [{ attempt: 2, lastFailure: { message } }] } }),
  }) as unknown as WorkflowHandle;

const EVIL = 'a\u001b]0;evil\u0007b\nc\u009bd\u202ee\u2028f';
const step = { name: 'Start PostgreSQL', state: 'running', startedAt: 1 };

test('an answer that is no list of steps is none', async () => {
  for (const answer of [null, undefined, 7, 'steps', {}, { map: 1 }, [null, 1, {}, { ...step, state: 'x' }]])
    assert.deepEqual(await readSteps(handleOf(answer, 'failed')), []);
});

test('nothing of an answer or a failure reaches the terminal as anything but text', async () => {
  const steps = await readSteps(handleOf([{ ...step, name: EVIL, more: EVIL }], EVIL));
  const text = 'a ]0;evil b c d e f';
  assert.deepEqual(steps, [{ ...step, name: text, retry: { attempt: 2, reason: text } }]);
});

test('an answer of any length is cut', async () => {
  const steps = await readSteps(handleOf(Array(5_000).fill({ ...step, name: 'x'.repeat(100_000) })));
  assert.deepEqual([steps.length, steps[0]?.name.length], [100, 300]);
});

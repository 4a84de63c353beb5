import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { readSteps } from '../../src/temporal/steps.ts';

/** A workflow with this answer to the query and this failure of its activity. */
function handleOf(answer: unknown, message = ''): WorkflowHandle {
  return {
    query: async () => answer,
    describe: async () => ({ raw: { pendingActivities: [{ attempt: 2, lastFailure: { message } }] } }),
  } as unknown as WorkflowHandle;
}

/** A workflow whose running activity has sent these details in its last heartbeat. */
function telling(details: unknown, state = 2): WorkflowHandle {
  const payload =
    typeof details === 'string' ? { data: Buffer.from(details) } : defaultPayloadConverter.toPayload(details);
  const pendingActivities = [{ attempt: 1, state, heartbeatDetails: { payloads: [payload] } }];
  return {
    query: async () => [{ ...step, state: 'done', endedAt: 2 }, step],
    describe: async () => ({ raw: { pendingActivities } }),
  } as unknown as WorkflowHandle;
}

const EVIL = 'a\u001b]0;evil\u0007b\nc\u009bd\u202ee\u2028f';
const step = { name: 'Start PostgreSQL', state: 'running', startedAt: 1 };

test('an answer that is not a list of steps gives no steps', async () => {
  for (const answer of [
    null,
    undefined,
    7,
    'steps',
    {},
    { map: 1 },
    [null, 1, {}, { ...step, state: 'x' }],
  ]) {
    assert.deepEqual(await readSteps(handleOf(answer, 'failed')), []);
  }
});

test('control characters in an answer or a failure are removed, unknown members dropped', async () => {
  const steps = await readSteps(handleOf([{ ...step, name: EVIL, more: EVIL }], EVIL));
  const text = 'a ]0;evil b c d e f';
  assert.deepEqual(steps, [{ ...step, name: text, retry: { attempt: 2, reason: text } }]);
});

test('a long answer is cut to 100 steps, a long name to 300 characters', async () => {
  const steps = await readSteps(handleOf(Array(5_000).fill({ ...step, name: 'x'.repeat(100_000) })));
  assert.deepEqual([steps.length, steps[0]?.name.length], [100, 300]);
});

test("an activity's message becomes `now` of the running step, without control characters", async () => {
  const [done, running] = await readSteps(telling({ message: `waiting for SSH: ${EVIL}`, unforeseen: 0 }));
  assert.equal(running?.now, 'waiting for SSH: a ]0;evil b c d e f');
  assert.equal(done?.now, undefined);
});

test('a heartbeat in another form gives no message', async () => {
  for (const details of [{ message: 7 }, { message: '' }, { other: 'x' }, null, [], 'no payload']) {
    assert.equal((await readSteps(telling(details)))[1]?.now, undefined);
  }
});

test('an activity that waits for its next attempt does nothing now', async () => {
  assert.equal((await readSteps(telling({ message: 'waiting' }, 1)))[1]?.now, undefined);
});

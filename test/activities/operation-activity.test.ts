import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createOperationActivities } from '../../src/activities/operation-activity.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { OperationRef } from '../../src/model/operation/operation.ts';
import { ProviderError } from '../../src/providers/provider.ts';
import { startTestInventory } from '../support/inventory.ts';

const { inventory, createAvailable, begin, close } = await startTestInventory();
after(close);
const { temporal } = loadConfig({ cwd: '/', env: { CORNAC_STATE_DIR: '/nonexistent' } });
const config = { temporal: { ...temporal, taskQueue: 'test' } };
const { held } = createOperationActivities({ inventory, config });

/** An attempt of an activity as Temporal's server describes it, called by the operation's workflow. */
function attemptOf({ dbiResourceId: workflowId }: OperationRef, info: object = {}) {
  return new MockActivityEnvironment(
    {
      workflowExecution: { workflowId, runId: 'r' },
      workflowType: 'rebootDbInstance',
      taskQueue: 'test',
      activityId: '1',
      heartbeatDetails: undefined,
      ...info,
    },
    { logger: new DefaultLogger('ERROR', () => {}) },
  );
}
async function factsOf({ operationId }: OperationRef) {
  return (await inventory.operations.find(operationId))?.facts;
}
async function beginReboot(identifier: string): Promise<OperationRef> {
  await createAvailable(identifier);
  return begin(identifier, 'rebootDbInstance');
}
function isRefusal(error: unknown) {
  return error instanceof ApplicationFailure && error.type === 'NotHeld' && error.nonRetryable === true;
}

describe('a step', () => {
  test('gets operation and instance from the inventory, whatever its arguments contain', async () => {
    const ref = await beginReboot('resolved');
    const step = held('startMachine', async ({ instance, operation }) => [instance.machine, operation.type]);
    for (const args of [[ref], [{ machine: 'cornac-other', dbiResourceId: ref.dbiResourceId }], []]) {
      assert.deepEqual(await attemptOf(ref).run(step as never, ...args), [
        'cornac-resolved',
        'rebootDbInstance',
      ]);
    }
  });

  test('is refused to any other workflow, with the same error for every reason', async () => {
    const ref = await beginReboot('refused');
    const other = await beginReboot('refused-other');
    const run = held('startMachine', async () => assert.fail('it ran'));
    const calls = [
      attemptOf(ref, { workflowType: 'stopDbInstance' }),
      attemptOf(ref, { workflowExecution: undefined, inWorkflow: false }),
      attemptOf(ref, { workflowExecution: { workflowId: 'db-NONE', runId: 'r' } }),
      attemptOf(other),
      attemptOf(ref, { taskQueue: 'test-kvm1' }),
    ];
    const messages = new Set<string>();
    for (const call of calls) {
      await assert.rejects(call.run(run, ref), (error) => {
        messages.add(String((error as Error).stack));
        return isRefusal(error);
      });
    }
    assert.equal(messages.size, 1);
  });

  test('is left to other workers where it belongs to another inventory, and that is no failure', async () => {
    const ref = await beginReboot('foreign');
    const run = held('restartPostgres', async () => 'ran');
    const attempt = { activityType: 'restartPostgres', heartbeatDetails: { failures: 9 } };
    const inventoryId = '6f1c2a34-5b6d-4e7f-8a9b-0c1d2e3f4a5b';
    const foreign = { operationId: randomUUID(), dbiResourceId: 'db-FOREIGN', inventoryId };
    await assert.rejects(attemptOf(foreign, attempt).run(run, foreign), (error) => {
      assert.ok(error instanceof ApplicationFailure);
      return error.type === 'AnotherInventory' && !error.nonRetryable;
    });
    await assert.rejects(attemptOf(ref, attempt).run(run, { ...ref, inventoryId }), isRefusal, 'a lie');
    const own = { ...ref, inventoryId: await inventory.identify() };
    for (const args of [own, ref]) assert.equal(await attemptOf(ref, attempt).run(run, args), 'ran');
  });

  test('is refused to an operation that has ended or was overtaken, but a last step may run twice', async () => {
    const ref = await beginReboot('ended');
    const step = held('startMachine', async () => assert.fail('it ran'));
    const last = held('completeOperation', async () => assert.fail('it ran'), { done: () => 'done' });
    await inventory.operations.succeed(ref, { status: 'available' });
    await assert.rejects(attemptOf(ref).run(step, ref), isRefusal);
    assert.equal(await attemptOf(ref).run(last, ref), 'done');

    const overtaken = await begin('ended', 'rebootDbInstance');
    await begin('ended', 'deleteDbInstance');
    await assert.rejects(attemptOf(overtaken).run(step, overtaken), isRefusal);
    await assert.rejects(attemptOf(overtaken).run(last, overtaken), isRefusal);
  });
});

describe('the reason why a step failed', () => {
  test('is stored in words for users of the API until another attempt of the step succeeds', async () => {
    const ref = await beginReboot('failing');
    const fail = held('startMachine', async () => {
      throw new ProviderError('Unavailable', 'no route to 10.1.2.3');
    });
    const succeed = held('startMachine', async () => {});
    await assert.rejects(attemptOf(ref).run(fail, ref), /10\.1\.2\.3/, 'the history has all of it');
    const failure = { activityId: '1', text: 'the machine provider is unreachable' };
    assert.deepEqual(await factsOf(ref), { failure });
    await attemptOf(ref, { activityId: '2' }).run(succeed, ref);
    assert.deepEqual(await factsOf(ref), { failure }, 'another step says nothing of it');
    await attemptOf(ref, { attempt: 2 }).run(succeed, ref);
    assert.deepEqual(await factsOf(ref), {});
  });

  test('is not stored where the step was cancelled or the inventory was down', async () => {
    const ref = await beginReboot('cancelled');
    const call = attemptOf(ref);
    const cancelled = held('startMachine', async ({ progress }) => {
      call.cancel();
      progress.signal.throwIfAborted();
    });
    await assert.rejects(call.run(cancelled, ref));
    const down = held('startMachine', async () => {
      throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    });
    await assert.rejects(attemptOf(ref).run(down, ref), /inventory is unreachable/);
    assert.deepEqual(await factsOf(ref), {});
  });
});

test('the resume value of a step is stored in the inventory, and that of a forged heartbeat is ignored', async () => {
  const ref = await beginReboot('resumed');
  const forged = { heartbeatDetails: { resume: { task: 'task-of-somebody' }, unforeseen: 'a lot' } };
  const seen: unknown[] = [];
  const step = held('startMachine', async ({ progress }) => {
    seen.push(progress.resume);
    progress.report('Cloning', { task: 'task-1' });
    throw new ProviderError('Unavailable', 'cut short');
  });
  await assert.rejects(attemptOf(ref, forged).run(step, ref));
  await assert.rejects(attemptOf(ref, forged).run(step, ref));
  assert.deepEqual(seen, [undefined, { task: 'task-1' }]);
  const other = held('restartPostgres', async ({ progress }) => progress.resume);
  assert.equal(await attemptOf(ref).run(other, ref), undefined, 'it is for this step alone');
});

test('a forged count of failures can only make a step give up at its next failure', async () => {
  const ref = await beginReboot('counted');
  const bug = held('startMachine', async () => {
    throw new TypeError('a bug');
  });
  const isFinal = async (heartbeatDetails: unknown) => {
    const error = await attemptOf(ref, { heartbeatDetails })
      .run(bug, ref)
      .catch((reason: unknown) => reason);
    assert.ok(error instanceof ApplicationFailure);
    return error.nonRetryable === true;
  };
  for (const details of [{ unforeseen: -1e9 }, { unforeseen: 'x' }, 'x', null, { unforeseen: Number.NaN }]) {
    assert.equal(await isFinal(details), false);
  }
  assert.equal(await isFinal({ unforeseen: 1e9 }), true);
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { ensureReconcileSchedule } from '../../src/temporal/schedule.ts';
import { startTemporal } from '../support/temporal.ts';

let environment: TestWorkflowEnvironment;
before(async () => {
  environment = await startTemporal();
});
after(() => environment?.teardown());

const describe = (id: string) => environment.client.schedule.getHandle(id).describe();

test('each task queue has a reconciler of its own', async () => {
  for (const queue of ['cornac', 'other', 'cornac']) await ensureReconcileSchedule(environment.client, queue);
  for (const queue of ['cornac', 'other']) {
    const { action } = await describe(`${queue}-reconcile`);
    assert.ok(action.type === 'startWorkflow');
    assert.deepEqual([action.workflowType, action.taskQueue], ['reconcile', queue]);
  }
});

test('one that a person has paused stays so', async () => {
  await ensureReconcileSchedule(environment.client, 'calm');
  await environment.client.schedule.getHandle('calm-reconcile').pause('maintenance');
  await ensureReconcileSchedule(environment.client, 'calm');
  assert.equal((await describe('calm-reconcile')).state.paused, true);
});

test('what somebody has made of the action is put right, and a round ends some time, whoever answers its tasks', async () => {
  const handle = environment.client.schedule.getHandle('evil-reconcile');
  await ensureReconcileSchedule(environment.client, 'evil');
  await handle.update((found) => ({
    ...found,
    spec: { intervals: [{ every: '1 hour' }] },
    action: { type: 'startWorkflow', workflowType: 'evil', workflowId: 'evil', taskQueue: 'evils' },
  }));
  await ensureReconcileSchedule(environment.client, 'evil');
  const { action, spec } = await handle.describe();
  assert.ok(action.type === 'startWorkflow');
  assert.deepEqual([action.workflowType, action.taskQueue], ['reconcile', 'evil']);
  assert.equal(action.workflowExecutionTimeout, 30 * 60_000);
  assert.equal(spec.intervals?.[0]?.every, 60 * 60_000);
});

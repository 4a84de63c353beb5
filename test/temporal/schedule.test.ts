import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { pino } from 'pino';
import { loadConfig } from '../../src/config/load.ts';
import { claimTaskQueue, keepSchedule } from '../../src/processes/keep-schedule.ts';
import { ensureReconcileSchedule, watchForSilence } from '../../src/temporal/schedule.ts';
import { TaskQueueTaken } from '../../src/temporal/task-queue-taken.ts';
import { startTemporal } from '../support/temporal.ts';
import { waitUntil } from '../support/wait-until.ts';

const INVENTORY = '8c5f3f0e-0b0a-4a52-9f5c-000000000001';
let environment: TestWorkflowEnvironment;
before(async () => {
  environment = await startTemporal();
});
after(() => environment?.teardown());

const { temporal: defaults } = loadConfig({ cwd: '/', env: { CORNAC_STATE_DIR: '/nonexistent' } });
function settingsOf(taskQueue: string) {
  return { ...defaults, taskQueue };
}
function ensure(queue: string, inventoryId = INVENTORY, options = {}) {
  return ensureReconcileSchedule(environment.client, settingsOf(queue), inventoryId, options);
}
function describe(id: string) {
  return environment.client.schedule.getHandle(id).describe();
}

test('each task queue has its own Schedule', async () => {
  for (const queue of ['cornac', 'other', 'cornac']) await ensure(queue);
  for (const queue of ['cornac', 'other']) {
    const { action } = await describe(`${queue}-reconcile`);
    assert.ok(action.type === 'startWorkflow');
    assert.deepEqual([action.workflowType, action.taskQueue], ['reconcile', queue]);
  }
});

test('a Schedule that a person has paused stays paused', async () => {
  await ensure('calm');
  await environment.client.schedule.getHandle('calm-reconcile').pause('maintenance');
  await ensure('calm');
  assert.equal((await describe('calm-reconcile')).state.paused, true);
});

test("another client's changes to a Schedule are undone, and a round ends after 30 minutes at most", async () => {
  const handle = environment.client.schedule.getHandle('evil-reconcile');
  await ensure('evil');
  await handle.update((found) => ({
    ...found,
    spec: { intervals: [{ every: '1 hour' }] },
    action: { type: 'startWorkflow', workflowType: 'evil', workflowId: 'evil', taskQueue: 'evils' },
  }));
  await ensure('evil');
  const { action, spec } = await handle.describe();
  assert.ok(action.type === 'startWorkflow');
  assert.deepEqual([action.workflowType, action.taskQueue], ['reconcile', 'evil']);
  assert.equal(action.workflowExecutionTimeout, 30 * 60_000);
  assert.equal(spec.intervals?.[0]?.every, 2 * 60_000);
});

test('a Schedule of an earlier version gets the times of this version, once', async () => {
  await environment.client.schedule.create({
    scheduleId: 'old-reconcile',
    spec: { intervals: [{ every: '10 minutes' }] },
    state: { paused: true, note: 'by a person' },
    action: {
      type: 'startWorkflow',
      workflowType: 'reconcile',
      workflowId: 'old-reconcile',
      taskQueue: 'old',
    },
  });
  assert.deepEqual([await ensure('old'), await ensure('old')], ['changed', 'found']);
  const { spec, state, policies } = await describe('old-reconcile');
  assert.deepEqual(
    [spec.intervals?.map(({ every }) => every), policies.catchupWindow, state.paused, state.note],
    [[2 * 60_000], 60_000, true, 'by a person'],
  );
});

test('a Schedule that has started no round for long is woken, unless it is paused or its round is running', {
  timeout: 60_000,
}, async () => {
  let minutes = 0;
  const silence = watchForSilence(() => minutes * 60_000);
  const look = (passed: number) => {
    minutes += passed;
    return ensure('silent', INVENTORY, { silence });
  };
  await ensure('silent');
  const handle = environment.client.schedule.getHandle('silent-reconcile');
  await handle.pause('maintenance');
  assert.deepEqual([await look(0), await look(60)], ['found', 'found']);
  await handle.unpause();
  assert.deepEqual([await look(0), await look(9), await look(2)], ['found', 'found', 'woken']);
  await waitUntil('a round runs', async () => (await handle.describe()).info.runningActions.length > 0);
  assert.equal((await handle.describe()).info.recentActions.length, 1);
  assert.deepEqual([await look(0), await look(11)], ['found', 'found']);
});

test('a worker whose clock is an hour ahead of Temporal does not wake the Schedule', async (t) => {
  await ensure('ahead');
  const present = Date.now.bind(Date);
  t.mock.method(Date, 'now', () => present() + 60 * 60_000);
  const silence = watchForSilence();
  const look = () => ensure('ahead', INVENTORY, { silence });
  assert.deepEqual([await look(), await look()], ['found', 'found']);
});

test('a Schedule without remaining actions gets rid of that limit', async () => {
  await ensure('counted');
  const handle = environment.client.schedule.getHandle('counted-reconcile');
  await handle.update((found) => ({ ...found, state: { ...found.state, remainingActions: 0 } }));
  assert.equal(await ensure('counted'), 'changed');
  assert.equal((await handle.describe()).state.remainingActions, undefined);
});

test('a Schedule of another inventory is not changed: TaskQueueTaken with the advice', async () => {
  await ensure('shared');
  await assert.rejects(ensure('shared', '8c5f3f0e-0b0a-4a52-9f5c-000000000002'), (error) => {
    assert.ok(error instanceof TaskQueueTaken);
    assert.match(error.message, /shared is the task queue of another Cornac.*delete its Schedule: temporal/s);
    return true;
  });
  assert.equal(await ensure('shared'), 'found');
});

test('a Schedule of another inventory is taken over with takeOver', async () => {
  const mine = '8c5f3f0e-0b0a-4a52-9f5c-000000000002';
  await ensure('inherited');
  assert.equal(await ensure('inherited', mine, { takeOver: true }), 'changed');
  assert.equal(await ensure('inherited', mine), 'found');
  await assert.rejects(ensure('inherited'), TaskQueueTaken);
});

test('the command that deletes a Schedule reaches this Temporal and does not contain the API key', () => {
  const tls = { ca: '/a b/ca', cert: '/c', key: '/k', serverName: 'temporal.test' };
  const settings = { ...settingsOf('q'), address: 'host:7233', namespace: 'ns', tls, apiKey: 'secret' };
  const command = new TaskQueueTaken(settings, 'q-reconcile').message.replace(/.*Schedule: temporal /s, '');
  assert.deepEqual(
    execFileSync('sh', ['-c', `printf '%s\\n' ${command}`], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, TEMPORAL_API_KEY: 'k' },
    }).split('\n'),
    [
      ...[
        'schedule',
        'delete',
        '--schedule-id',
        'q-reconcile',
        '--address',
        'host:7233',
        '--namespace',
        'ns',
      ],
      ...['--tls-ca-path', '/a b/ca', '--tls-cert-path', '/c', '--tls-key-path', '/k'],
      ...['--tls-server-name', 'temporal.test', '--tls', '--api-key', 'k', ''],
    ],
  );
  const plain = new TaskQueueTaken({ ...settings, tls: false, apiKey: undefined }, 'q-reconcile').message;
  assert.doesNotMatch(plain, /--tls|--api-key/);
});

test('a Schedule that a person has deleted is made again while a worker runs', async () => {
  await ensure('deleted');
  await environment.client.schedule.getHandle('deleted-reconcile').delete();
  const end = new AbortController();
  const made = new Promise<string>((resolve) => {
    const log = pino({ hooks: { logMethod: ([, message]) => resolve(String(message)) } });
    const inventory = { identify: async () => INVENTORY };
    keepSchedule(
      { inventory, temporal: environment.client, settings: settingsOf('deleted'), log },
      end.signal,
      10,
    );
  });
  assert.equal(await made, 'the Schedule of the reconciler was made');
  end.abort();
  assert.equal((await describe('deleted-reconcile')).action.taskQueue, 'deleted');
});

test("a worker does not start on another inventory's queue, but starts while its own inventory is down", async () => {
  await ensure('claimed');
  const log = pino({ level: 'silent' });
  const claim = (identify: () => Promise<string>) =>
    claimTaskQueue({
      inventory: { identify },
      temporal: environment.client,
      settings: settingsOf('claimed'),
      log,
    });
  await assert.rejects(
    claim(async () => '8c5f3f0e-0b0a-4a52-9f5c-000000000002'),
    TaskQueueTaken,
  );
  await claim(async () => INVENTORY);
  await claim(() => Promise.reject(new Error('the inventory is down')));
});

test("a worker that could not check the queue starts with a warning, and ends when the queue is another inventory's", {
  timeout: 30_000,
}, async () => {
  await ensure('late');
  const said: string[] = [];
  const log = pino({ hooks: { logMethod: ([message]) => said.push(String(message)) } });
  const deps = { temporal: environment.client, settings: settingsOf('late'), log };
  await claimTaskQueue({ ...deps, inventory: { identify: () => new Promise(() => {}) } }, 10);
  assert.match(said.join(), /cannot determine within 10 ms/);
  const identify = async () => '8c5f3f0e-0b0a-4a52-9f5c-000000000002';
  await assert.rejects(
    keepSchedule({ ...deps, inventory: { identify } }, new AbortController().signal, 10),
    TaskQueueTaken,
  );
});

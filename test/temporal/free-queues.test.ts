import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { freeQueues } from '../../src/temporal/free-queues.ts';
import { startTemporal } from '../support/temporal.ts';

const [WORKFLOW, ACTIVITY] = [1, 2];
const namespace = 'default';
let environment: TestWorkflowEnvironment;
before(async () => {
  environment = await startTemporal();
});
after(() => environment?.teardown());

function free(taskQueue: string) {
  return freeQueues(environment.client, [taskQueue]);
}
function describe(name: string, taskQueueType: number) {
  return environment.client.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name },
    taskQueueType,
    reportConfig: true,
  });
}

test('an untouched queue is not changed', async () => {
  assert.deepEqual(await free('calm'), []);
});

test('a rate limit of zero on a queue is removed', async () => {
  await environment.client.workflowService.updateTaskQueueConfig({
    namespace,
    taskQueue: 'limited',
    taskQueueType: ACTIVITY,
    updateQueueRateLimit: { rateLimit: { requestsPerSecond: 0 }, reason: 'evil' },
  });
  assert.deepEqual(await free('limited'), ['limited: a limit was set on it']);
  assert.equal((await describe('limited', ACTIVITY)).config?.queueRateLimit?.rateLimit ?? null, null);
  assert.deepEqual(await free('limited'), []);
});

test('a queue whose tasks go to workers of another deployment is ours again', async () => {
  const { workflowService } = environment.client;
  const deploymentName = 'evil';
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: 'taken',
    activities: { nothing: async () => {} },
    workerDeploymentOptions: {
      version: { deploymentName, buildId: '1' },
      useWorkerVersioning: true,
      defaultVersioningBehavior: 'AUTO_UPGRADE',
    },
  });
  const polled = worker.run();
  const take = () =>
    workflowService.setWorkerDeploymentCurrentVersion({ namespace, deploymentName, buildId: '1' }).then(
      () => true,
      () => false,
    );
  const deadline = Date.now() + 20_000;
  while (!(await take()) && Date.now() < deadline) await delay(200);
  worker.shutdown();
  await polled;

  const nameOf = async () =>
    (await describe('taken', ACTIVITY)).versioningInfo?.currentDeploymentVersion?.deploymentName;
  while ((await nameOf()) !== deploymentName && Date.now() < deadline) await delay(200);
  assert.equal(await nameOf(), deploymentName, 'it was taken');
  assert.deepEqual(await free('taken'), ['taken: its tasks went to workers of the deployment evil']);
  while ((await nameOf()) && Date.now() < deadline) await delay(200);
  assert.ok(!(await nameOf()));
  assert.equal((await describe('taken', WORKFLOW)).versioningInfo?.currentDeploymentVersion ?? null, null);
});

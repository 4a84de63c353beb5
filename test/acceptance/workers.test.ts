import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type RDSClient, RebootDBInstanceCommand } from '@aws-sdk/client-rds';
import { Client, Connection } from '@temporalio/client';
import { waitUntil } from '../support/wait-until.ts';
import { installParts, type Part, type Parts } from './parts.ts';
import { listProcesses, signalAll } from './processes.ts';
import { create, createRds, query, remove, waitFor } from './rds.ts';
import { makeStateDir, removeState } from './stack.ts';

const PASSWORD = "C0nf'de tie!";

let stateDir: string;
let parts: Parts;
let gateway: Part;
let temporal: Part;
let worker: Part;
let rds: RDSClient;
let client: Client;

before(async () => {
  stateDir = await makeStateDir();
  parts = await installParts(stateDir);
  temporal = await parts.startTemporal();
  gateway = await parts.startGateway();
  worker = await parts.startWorker(2);
  rds = createRds(parts.access);
  client = new Client({ connection: Connection.lazy({ address: parts.temporalAddress }) });
});
after(async () => {
  rds?.destroy();
  await client?.connection.close();
  for (const part of [gateway, worker, temporal]) await part?.stop();
  // SIGINT makes PostgreSQL shut down fast and cleanly. SIGCONT wakes a stopped server.
  const left = await processesIn(stateDir);
  signalAll(left, 'SIGINT');
  signalAll(left, 'SIGCONT');
  await until('the end of the machines', async () => (await processesIn(stateDir)).length === 0);
  await removeState(stateDir);
});

async function processesIn(directory: string) {
  return listProcesses().filter(({ command }) => command.includes(directory));
}

function until(what: string, look: () => Promise<boolean>): Promise<void> {
  return waitUntil(what, look, { withinMs: 90_000, everyMs: 50 });
}

/** Ids of the running worker processes that poll Temporal for steps. */
async function pollers(): Promise<number[]> {
  const { pollers: found } = await client.workflowService.describeTaskQueue({
    namespace: 'default',
    taskQueue: { name: 'cornac' },
    taskQueueType: 2, // activities
  });
  const known = (found ?? []).map(({ identity }) => Number(identity?.split('@')[0]));
  return (await workerProcesses()).filter((pid) => known.includes(pid));
}
// Only direct children, because a process that a worker process starts has the same command line for a
// moment.
async function workerProcesses(): Promise<number[]> {
  return listProcesses()
    .filter(({ parent, command }) => parent === worker.pid && /main\.js worker-process/.test(command))
    .map(({ pid }) => pid);
}

test('worker --processes 2: both processes work, and one that dies is started again', async () => {
  const first = await workerProcesses();
  assert.equal(first.length, 2);
  await until('both to take work', async () => (await pollers()).length === 2);

  const [victim = 0, survivor] = first;
  process.kill(victim, 'SIGKILL');
  await until('another one to take work', async () => {
    const now = await pollers();
    return now.length === 2 && !now.includes(victim);
  });
  const now = await workerProcesses();
  assert.equal(now.length, 2);
  assert.ok(survivor !== undefined && now.includes(survivor), 'the other one went on');

  await create(rds, 'pooled', PASSWORD);
  const instance = await waitFor(rds, 'pooled', 'available');
  assert.deepEqual(await query(instance, PASSWORD, 'SELECT 1 AS one'), [{ one: 1 }]);
  await remove(rds, 'pooled');
});

/** The step that restarts PostgreSQL: its attempt, and whether it is completed. */
async function findRestart(workflowId: string) {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const scheduled = events?.find(
    ({ activityTaskScheduledEventAttributes: step }) => step?.activityType?.name === 'restartPostgres',
  );
  const started = events?.find(({ activityTaskStartedEventAttributes: step }) =>
    step?.scheduledEventId?.eq(scheduled?.eventId ?? 0),
  );
  const done = events?.some(({ activityTaskCompletedEventAttributes: step }) =>
    step?.scheduledEventId?.eq(scheduled?.eventId ?? 0),
  );
  return { attempt: started?.activityTaskStartedEventAttributes?.attempt ?? 0, done };
}
async function isRestarting(workflowId: string): Promise<boolean> {
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  return (raw.pendingActivities ?? []).some(
    ({ activityType, state }) => activityType?.name === 'restartPostgres' && state === 2, // started
  );
}

/** Reboots an instance whose server is suspended, so that the step runs until `wake` is called. */
async function beginLongStep(name: string) {
  const { DbiResourceId = '' } = await create(rds, name, PASSWORD);
  await waitFor(rds, name, 'available');
  const server = (await processesIn(`/cornac-${name}/`)).find(({ command }) => /postgres -D/.test(command));
  assert.ok(server);
  process.kill(server.pid, 'SIGSTOP');
  await rds.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: name }));
  await until('the step to run', () => isRestarting(DbiResourceId));
  return { DbiResourceId, wake: () => process.kill(server.pid, 'SIGCONT') };
}

/** The running step: its attempt, and the time of its last heartbeat in milliseconds. */
async function findRunning(workflowId: string) {
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  const [step] = raw.pendingActivities ?? [];
  const { seconds, nanos } = step?.lastHeartbeatTime ?? {};
  return { attempt: step?.attempt, heardAt: Number(seconds ?? 0) * 1000 + Number(nanos ?? 0) / 1e6 };
}

test('a running step is not restarted after Temporal was unreachable for twelve seconds', async () => {
  const { DbiResourceId, wake } = await beginLongStep('paused');
  const heard = new Set<number>();
  await until('three heartbeats', async () => {
    const { heardAt } = await findRunning(DbiResourceId);
    return heardAt > 0 && heard.add(heardAt).size === 3;
  });
  const [first = 0, , third = 0] = heard;
  assert.ok(third - first < 12_000, 'Temporal is told all of them, so that some may get lost');
  process.kill(temporal.pid, 'SIGSTOP');
  await delay(12_000);
  process.kill(temporal.pid, 'SIGCONT');
  const wokenAt = Date.now();
  // Everything that fell due meanwhile is done before Temporal accepts a heartbeat of three seconds later.
  await until('it to be heard of again', async () => {
    const { attempt, heardAt } = await findRunning(DbiResourceId);
    assert.equal(attempt, 1);
    return heardAt > wokenAt + 3_000;
  });
  wake();
  await waitFor(rds, 'paused', 'available');
  assert.deepEqual(await findRestart(DbiResourceId), { attempt: 1, done: true });
  await remove(rds, 'paused');
});

test('a worker that is told to stop finishes its running step', async () => {
  const { DbiResourceId, wake } = await beginLongStep('finished');
  const ended = worker.stop();
  wake();
  assert.equal(await ended, 0);
  assert.deepEqual(await findRestart(DbiResourceId), { attempt: 1, done: true });
  worker = await parts.startWorker();
  await waitFor(rds, 'finished', 'available');
  await remove(rds, 'finished');
});

test("a step that outlasts the worker's grace period moves to another worker", async () => {
  const { DbiResourceId, wake } = await beginLongStep('handed');
  const began = Date.now();
  assert.equal(await worker.stop(), 0);
  assert.ok(Date.now() - began < 60_000, 'it does not wait for ever');
  assert.equal((await findRestart(DbiResourceId)).done, false);
  worker = await parts.startWorker();
  await until('the step to run again', () => isRestarting(DbiResourceId));
  wake();
  await waitFor(rds, 'handed', 'available');
  const { attempt, done } = await findRestart(DbiResourceId);
  assert.ok(done && attempt > 1, `attempt ${attempt}`);
  await remove(rds, 'handed');
});

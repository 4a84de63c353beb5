import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import pg from 'pg';
import type { Change } from '../../src/inventory/instances.ts';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import { operationSteps } from '../../src/model/operation/operation-steps.ts';
import { workflowSource } from '../../src/processes/workflow-bundle.ts';
import { scramVerifier } from '../../src/system/scram-verifier.ts';
import { findLatestRun } from '../../src/temporal/runs.ts';
import { canariesIn, dump, queryAsMaster } from '../support/attack/dump.ts';
import { createStranger, type Stranger } from '../support/attack/stranger.ts';
import { count } from '../support/counts.ts';
import { createWorld, PASSWORD, quiet, type World } from '../support/world.ts';

// A stranger's worker takes the tasks of real operations. No worker of Cornac runs unless a test starts it,
// so that the stranger certainly gets the task.

const CANARY = 'call 0900-EVIL';
const NEW_PASSWORD = 'An0ther one!';
const modification = { allocatedStorage: 6, dbInstanceClass: 'db.t2.small', masterPassword: true } as const;

let world: World;
let stranger: Stranger;
let victim: Instance;

async function find() {
  const instance = await world.inventory.instances.find({ dbiResourceId: victim.dbiResourceId });
  assert.ok(instance, 'the instance is there');
  return instance;
}
async function begin(change: Change): Promise<string> {
  const { dbiResourceId } = victim;
  const { instance } = await world.inventory.instances.change(
    { dbiResourceId },
    { requestId: 'test' },
    () => change,
  );
  return instance.operationId ?? '';
}
/** Waits until the latest workflow of the victim, started for this operation, has ended. */
async function awaitRun(operationId: string): Promise<string> {
  for (;;) {
    const run = await findLatestRun(world.temporal, victim.dbiResourceId);
    if (run?.operationId === operationId && run.status !== 'RUNNING') return run.status;
    await delay(50);
  }
}
/** Runs a round of the reconciler with the running operation dated back, as if it had begun long ago. */
async function reconcile(workflowId: string) {
  const client = new pg.Client({ connectionString: world.databaseUrl });
  await client.connect();
  await client.query(`UPDATE operation SET created_at = created_at - interval '1 minute',
    started_at = started_at - interval '1 minute' WHERE state = 'running'`);
  await client.end();
  await world.temporal.workflow.execute('reconcile', { workflowId, taskQueue: world.taskQueue });
}
async function withWorker<T>(work: () => Promise<T>): Promise<T> {
  const worker = await world.startWorker();
  return work().finally(() => worker.stop());
}
async function eventsOf() {
  return (await world.inventory.listEvents({ from: new Date(0), to: new Date(), limit: 1000 })).map(
    ({ message }) => message,
  );
}
function machineOf() {
  return world.provider.findMachine(victim.machine);
}

/** A worker with Cornac's own workflows and without activities. Returns the function that stops it. */
async function runWorkflows() {
  const worker = await Worker.create({
    connection: world.environment.nativeConnection,
    taskQueue: world.taskQueue,
    ...workflowSource(),
  });
  const running = worker.run();
  return async () => {
    worker.shutdown();
    await running;
  };
}

/** Answers each of Cornac's steps as done, with every value that a forger may invent. */
function forgedAnswers() {
  const { trap } = stranger;
  const { masterUsername, dbName, port, identifier, dbiResourceId } = victim;
  const instance = {
    dbiResourceId,
    identifier,
    dbInstanceClass: 'db.t2.large',
    allocatedStorage: 99,
    masterUsername,
    dbName,
    port,
    machine: 'cornac-forged',
    engineVersion: '9.6',
  };
  const forged = {
    ...trap,
    instance,
    modification: { allocatedStorage: 99, dbInstanceClass: 'db.t2.large', masterPassword: true },
    restartNeeded: false,
    notes: [CANARY],
    address: '127.66.6.6',
    engineVersion: '9.6',
  };
  const names = new Set(Object.values(operationSteps).flat());
  return Object.fromEntries([...names].map((name) => [name, async () => forged as unknown]));
}

before(async () => {
  quiet();
  world = await createWorld({ idle: true });
  stranger = await createStranger(world);
  await withWorker(async () => {
    const { dbiResourceId } = await world.create('victim');
    const made = await world.settle(dbiResourceId);
    assert.ok(made);
    victim = made;
  });
  await queryAsMaster(victim, `CREATE TABLE precious AS SELECT 'data of victim' AS data`);
});
after(async () => {
  await stranger?.close();
  await world?.close();
});

describe("a stranger's worker that takes the tasks of a real operation", () => {
  test('as a workflow that reports completion at once: the operation runs later', async () => {
    const stop = await stranger.poll({ workflows: true });
    const operationId = await begin({ operation: { type: 'rebootDbInstance' } });
    assert.equal(await awaitRun(operationId), 'COMPLETED');
    await stop();
    count('tried');
    assert.deepEqual([(await find()).status, (await find()).operationId], ['rebooting', operationId]);
    await withWorker(async () => {
      await reconcile('after-forged-workflow');
      victim = (await world.settle(victim.dbiResourceId)) ?? victim;
    });
    assert.equal(victim.status, 'available');
    assert.equal((await world.inventory.operations.find(operationId))?.state, 'succeeded');
  });

  test('with forged answers of every step: no forged address, size or text is believed', async () => {
    const stopWorkflows = await runWorkflows();
    const answers = forgedAnswers();
    const stop = await stranger.poll({ activities: answers });
    const earlier = await dump(world, [victim]);
    const operationId = await begin({
      operation: { type: 'modifyDbInstance', input: { modification } },
      masterVerifier: await scramVerifier(NEW_PASSWORD),
    });
    assert.equal(await awaitRun(operationId), 'COMPLETED');
    await stop();
    await stopWorkflows();
    count('tried', Object.keys(answers).length);

    const now = await find();
    assert.deepEqual([now.status, now.operationId], ['modifying', operationId]);
    const members = [
      'address',
      'engineVersion',
      'allocatedStorage',
      'dbInstanceClass',
      'machine',
      'host',
    ] as const;
    for (const member of members) assert.equal(now[member], victim[member]);
    const later = await dump(world, [victim]);
    assert.deepEqual([later.machines, later.servers], [earlier.machines, earlier.servers]);
    assert.deepEqual(later.inventory.event, earlier.inventory.event);
    assert.ok(await world.inventory.findSecret(victim.dbiResourceId, 'master'), 'the password still waits');

    await withWorker(async () => {
      await reconcile('after-forged-answers');
      victim = (await world.settle(victim.dbiResourceId)) ?? victim;
    });
    assert.deepEqual(
      [victim.status, victim.allocatedStorage, victim.dbInstanceClass],
      ['available', 6, 'db.t2.small'],
    );
    assert.equal((await machineOf())?.diskGiB, 6);
    assert.deepEqual(await queryAsMaster(victim, 'SELECT data FROM precious', NEW_PASSWORD), [
      { data: 'data of victim' },
    ]);
  });

  test('for every step but the last: the last step does what no step has recorded', async () => {
    const stopWorkflows = await runWorkflows();
    let reached = () => {};
    const isLast = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const answers = {
      ...forgedAnswers(),
      completeOperation: async () => {
        reached();
        throw ApplicationFailure.retryable('somebody else may try');
      },
    };
    const stop = await stranger.poll({ activities: answers });
    const asked = { ...modification, allocatedStorage: 7, dbInstanceClass: 'db.t2.micro' };
    const operationId = await begin({
      operation: { type: 'modifyDbInstance', input: { modification: asked } },
      masterVerifier: await scramVerifier(PASSWORD),
    });
    await isLast;
    await stop();
    await stopWorkflows();
    count('tried', Object.keys(answers).length);

    await withWorker(async () => {
      victim = (await world.settle(victim.dbiResourceId)) ?? victim;
    });
    assert.equal((await world.inventory.operations.find(operationId))?.state, 'succeeded');
    assert.deepEqual(
      [victim.status, victim.allocatedStorage, victim.dbInstanceClass],
      ['available', 7, 'db.t2.micro'],
    );
    assert.notEqual(victim.address, '127.66.6.6');
    assert.equal((await machineOf())?.diskGiB, 7);
    const sql = "SELECT data, current_setting('max_connections') AS max FROM precious";
    const [row] = await queryAsMaster(victim, sql);
    assert.equal(row.data, 'data of victim');
  });

  test('a forged end of a stop or a deletion: nothing keeps running and nothing is left behind', async () => {
    const last = async () => {
      throw ApplicationFailure.retryable('somebody else may try');
    };
    const answers = { ...forgedAnswers(), completeOperation: last, forgetInstance: last };
    /** Makes the stranger answer every step of the operation except the last. */
    const forge = async (type: 'stopDbInstance' | 'deleteDbInstance', step: string) => {
      const stopWorkflows = await runWorkflows();
      const stop = await stranger.poll({ activities: answers });
      const operationId = await begin({ operation: { type } });
      const handle = world.temporal.workflow.getHandle(victim.dbiResourceId);
      for (let isAtLast = false; !isAtLast; await delay(50)) {
        const { raw, memo } = await handle.describe();
        isAtLast =
          memo?.operationId === operationId &&
          (raw.pendingActivities ?? []).some(
            ({ activityType, attempt }) => activityType?.name === step && (attempt ?? 0) > 1,
          );
      }
      await stop();
      await stopWorkflows();
      count('tried', Object.keys(answers).length);
    };
    const finish = () => withWorker(() => world.settle(victim.dbiResourceId));

    await forge('stopDbInstance', 'completeOperation');
    assert.equal((await machineOf())?.state, 'running', 'nobody has stopped it yet');
    assert.equal((await finish())?.status, 'stopped');
    assert.equal((await machineOf())?.state, 'stopped');

    await forge('deleteDbInstance', 'forgetInstance');
    assert.ok(await machineOf(), 'nobody has removed it yet');
    assert.equal(await finish(), undefined);
    assert.equal(await machineOf(), undefined);
  });
});

describe('a stranger who replaces the workflow of a real operation', () => {
  test('gets only this operation done, on its own machine', async () => {
    await withWorker(async () => {
      const { dbiResourceId } = await world.create('replaced');
      victim = (await world.settle(dbiResourceId)) ?? victim;
      await queryAsMaster(victim, `CREATE TABLE precious AS SELECT 'data of replaced' AS data`);
      world.interfere(dbiResourceId, async (step, run) => {
        if (step === 'startMachine') throw ApplicationFailure.retryable('not yet');
        return run();
      });
      const operationId = await begin({ operation: { type: 'rebootDbInstance' } });
      while ((await findLatestRun(world.temporal, dbiResourceId))?.operationId !== operationId) {
        await delay(50);
      }
      await stranger.client.workflow.getHandle(dbiResourceId).terminate();
      world.interfere(dbiResourceId, undefined);

      const ref = { operationId, dbiResourceId };
      const { trap } = stranger;
      const forbidden = [
        'destroyMachine',
        'forgetInstance',
        'stopMachine',
        'ensureMachine',
        'initCluster',
        'resizeMachine',
        'setMasterPassword',
        'ensureMaster',
        'growDisk',
        'stopPostgres',
      ];
      const call = (activity: string) => ({
        activity,
        taskQueue: world.taskQueue,
        args: [trap, victim, ref],
      });
      const refused = await stranger.attack(forbidden.map(call), 'rebootDbInstance', dbiResourceId);
      count('tried', refused.length);
      for (const { failure } of refused) assert.equal(failure?.type, 'NotHeld');
      const taken = await stranger.attack(
        ['startMachine', 'restartPostgres'].map(call),
        'rebootDbInstance',
        dbiResourceId,
      );
      for (const { result = null, failure } of taken) assert.deepEqual([result, failure], [null, undefined]);
      const completion = {
        status: 'failed',
        address: '127.66.6.6',
        events: [{ id: 'CORNAC-EVENT-NOTE', detail: CANARY }],
      };
      await stranger.attack(
        [{ activity: 'completeOperation', taskQueue: world.taskQueue, args: [ref, completion] }],
        'rebootDbInstance',
        dbiResourceId,
      );
      const done = await find();
      assert.deepEqual([done.status, done.address, done.operationId], ['available', victim.address, null]);
    });
    assert.deepEqual(await queryAsMaster(victim, 'SELECT data FROM precious'), [
      { data: 'data of replaced' },
    ]);
  });
});

test('a run of a stranger in place of a workflow does not block a new start of its operation', async () => {
  await withWorker(async () => {
    const { dbiResourceId } = victim;
    world.interfere(dbiResourceId, async (step, run) => {
      if (step === 'startMachine') throw ApplicationFailure.retryable('not yet');
      return run();
    });
    const operationId = await begin({ operation: { type: 'rebootDbInstance' } });
    while ((await findLatestRun(world.temporal, dbiResourceId))?.operationId !== operationId) await delay(50);
    await stranger.client.workflow.getHandle(dbiResourceId).terminate();
    await stranger.client.workflow.start('rebootDbInstance', {
      workflowId: dbiResourceId,
      taskQueue: stranger.queue,
      memo: { operationId },
    });
    count('tried');
    world.interfere(dbiResourceId, undefined);
    await reconcile('after-foreign-run');
    victim = (await world.settle(dbiResourceId)) ?? victim;
    assert.equal(victim.status, 'available');
    assert.equal((await world.inventory.operations.find(operationId))?.state, 'succeeded');
  });
});

test('no text of the stranger is in an event, and no script of the stranger has run', async () => {
  const told = await eventsOf();
  count('accepted', told.filter((message) => message.includes(CANARY)).length);
  assert.ok(!told.some((message) => message.includes(CANARY) || message.includes('127.66.6.6')));
  const ran = await canariesIn(stranger.canaries);
  count('canaries', ran.length);
  assert.deepEqual(ran, []);
});

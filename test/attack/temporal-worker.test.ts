import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import type { Change } from '../../src/inventory/instances.ts';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import { scramVerifier } from '../../src/system/scram-verifier.ts';
import { findLatestRun } from '../../src/temporal/runs.ts';
import { CANARY } from '../support/attack/attempts.ts';
import { canariesIn, createPrecious, dump, queryAsMaster } from '../support/attack/dump.ts';
import { forgedAnswers, runWorkflows } from '../support/attack/forged-answers.ts';
import { reconcile, withWorker } from '../support/attack/late-work.ts';
import { createStranger, type Stranger } from '../support/attack/stranger.ts';
import { count } from '../support/counts.ts';
import { createWorld, PASSWORD, quiet, type World } from '../support/world.ts';
import { testReplacedWorkflow } from './replaced-workflow.ts';

// A stranger's worker takes the tasks of real operations. No worker of Cornac runs unless a test starts it,
// so that the stranger certainly gets the task.

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

async function eventsOf() {
  return (await world.inventory.listEvents({ from: new Date(0), to: new Date(), limit: 1000 })).map(
    ({ message }) => message,
  );
}
function machineOf() {
  return world.provider.findMachine(victim.machine);
}

before(async () => {
  quiet();
  world = await createWorld({ idle: true });
  stranger = await createStranger(world);
  await withWorker(world, async () => {
    victim = await createPrecious(world, 'victim');
  });
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
    await withWorker(world, async () => {
      await reconcile(world, 'after-forged-workflow');
      victim = (await world.settle(victim.dbiResourceId)) ?? victim;
    });
    assert.equal(victim.status, 'available');
    assert.equal((await world.inventory.operations.find(operationId))?.state, 'succeeded');
  });

  test('with forged answers of every step: no forged address, size or text is believed', async () => {
    const stopWorkflows = await runWorkflows(world);
    const answers = forgedAnswers(stranger, victim);
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

    await withWorker(world, async () => {
      await reconcile(world, 'after-forged-answers');
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
    const stopWorkflows = await runWorkflows(world);
    let reached = () => {};
    const isLast = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const answers = {
      ...forgedAnswers(stranger, victim),
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

    await withWorker(world, async () => {
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
    const answers = { ...forgedAnswers(stranger, victim), completeOperation: last, forgetInstance: last };
    /** Makes the stranger answer every step of the operation except the last. */
    const forge = async (type: 'stopDbInstance' | 'deleteDbInstance', step: string) => {
      const stopWorkflows = await runWorkflows(world);
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
    const finish = () => withWorker(world, () => world.settle(victim.dbiResourceId));

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

testReplacedWorkflow(() => ({ world, stranger }));

test('no text of the stranger is in an event, and no script of the stranger has run', async () => {
  const told = await eventsOf();
  count('accepted', told.filter((message) => message.includes(CANARY)).length);
  assert.ok(!told.some((message) => message.includes(CANARY) || message.includes('127.66.6.6')));
  const ran = await canariesIn(stranger.canaries);
  count('canaries', ran.length);
  assert.deepEqual(ran, []);
});

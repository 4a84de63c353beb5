import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import type { OperationRef } from '../../src/model/operation/operation.ts';
import { findLatestRun } from '../../src/temporal/runs.ts';
import { createStranger, type Stranger } from '../support/attack/stranger.ts';
import { count } from '../support/counts.ts';
import { createWorld, quiet, type World } from '../support/world.ts';

let world: World;
let stranger: Stranger;
let victim: Instance;
before(async () => {
  quiet();
  const room = { memoryMiB: 64_000, diskGiB: 1000 };
  const rooms = new Map([
    ['kvm1', room],
    ['kvm2', room],
  ]);
  world = await createWorld({ rooms });
  stranger = await createStranger(world);
  const { dbiResourceId } = await world.create('victim');
  const made = await world.settle(dbiResourceId);
  assert.ok(made);
  victim = made;
});
after(async () => {
  await stranger?.close();
  await world?.close();
});

/** Starts a reboot of the victim, and ends its workflow before a step has touched the machine. */
async function beginWithoutWorkflow(): Promise<OperationRef> {
  const { dbiResourceId } = victim;
  world.interfere(dbiResourceId, async (step, run) => {
    if (step === 'startMachine') throw ApplicationFailure.retryable('not yet');
    return run();
  });
  const { instance } = await world.inventory.instances.change(
    { dbiResourceId },
    { requestId: 'test' },
    () => ({ operation: { type: 'rebootDbInstance' } }),
  );
  const { operationId } = instance;
  while ((await findLatestRun(world.temporal, dbiResourceId))?.operationId !== operationId) await delay(50);
  await stranger.client.workflow.getHandle(dbiResourceId).terminate();
  world.interfere(dbiResourceId, undefined);
  return { operationId: operationId ?? '', dbiResourceId };
}

test('a step in the queue of another host is refused, and takes no slot of that host', async () => {
  const ref = await beginWithoutWorkflow();
  const queues = ['test', 'test-kvm1', 'test-kvm2'];
  const attempts = queues.map((taskQueue) => ({ activity: 'startMachine', taskQueue, args: [ref] }));
  const outcomes = await stranger.attack(attempts, 'rebootDbInstance', victim.dbiResourceId);
  count('tried', outcomes.length);
  const refused = outcomes.map(({ failure }) => failure?.type);
  const other = victim.host === 'kvm1' ? 'test-kvm2' : 'test-kvm1';
  assert.deepEqual(
    refused,
    queues.map((queue) => (queue === other ? 'NotHeld' : undefined)),
  );
  await stranger.attack(
    [{ activity: 'restartPostgres', taskQueue: `test-${victim.host}`, args: [ref] }],
    'rebootDbInstance',
    victim.dbiResourceId,
  );
  const last = [{ activity: 'completeOperation', taskQueue: 'test', args: [ref] }];
  await stranger.attack(last, 'rebootDbInstance', victim.dbiResourceId);
  const end = await world.settle(victim.dbiResourceId);
  assert.deepEqual([end?.status, end?.host, end?.address], ['available', victim.host, victim.address]);
});

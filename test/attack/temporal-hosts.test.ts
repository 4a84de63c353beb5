import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import { rebootWithoutWorkflow } from '../support/attack/reboot-without-workflow.ts';
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

test('a step in the queue of another host is refused, and takes no slot of that host', async () => {
  const ref = await rebootWithoutWorkflow(world, stranger, victim);
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

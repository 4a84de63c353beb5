import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createActivities } from '../../src/activities/activities.ts';
import { createWorkers, runWorkers } from '../../src/processes/workers.ts';
import { startTestInventory, type TestInventory } from '../support/inventory.ts';
import { createWorld, quiet, type World } from '../support/world.ts';

let world: World;
let other: TestInventory;
before(async () => {
  quiet();
  other = await startTestInventory();
  world = await createWorld({ idle: true });
});
after(async () => {
  await world?.close();
  await other?.close();
});

/** Workers of a Cornac with the same task queue and another inventory. */
async function startStranger() {
  const { config, provider, guest, temporal, taskQueue, environment } = world;
  const workers = await createWorkers({
    connection: environment.nativeConnection,
    namespace: 'default',
    taskQueue,
    hosts: [],
    activities: createActivities({ config, inventory: other.inventory, provider, guest, temporal }),
  });
  const end = new AbortController();
  const running = runWorkers(workers, end.signal);
  return async () => {
    end.abort();
    await running;
  };
}

test("an operation that another inventory's worker gets waits for a worker of its own inventory, and succeeds", async () => {
  const stop = await startStranger();
  const { dbiResourceId } = await world.create('swallowed');
  const handle = world.temporal.workflow.getHandle(dbiResourceId);
  const find = async () => {
    const { raw, status } = await handle.describe().catch(() => ({ raw: undefined, status: undefined }));
    assert.ok(status === undefined || status.name === 'RUNNING');
    return raw?.pendingActivities?.[0];
  };
  let step = await find();
  for (const end = Date.now() + 60_000; (step?.attempt ?? 0) < 3; step = await find()) {
    assert.ok(Date.now() < end);
    await delay(25);
  }
  assert.match(String(step?.lastFailure?.message), /another inventory, uses the task queue test/);
  assert.equal((await world.inventory.instances.find({ dbiResourceId }))?.status, 'creating');
  await stop();
  const own = await world.startWorker();
  try {
    assert.equal((await world.settle(dbiResourceId))?.status, 'available');
  } finally {
    await own.stop();
  }
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Context } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Change } from '../../src/inventory/instances.ts';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import { bootstrapQueue } from '../../src/processes/bootstrap-worker.ts';
import { noProgress, ProviderError } from '../../src/providers/provider.ts';
import { readSteps } from '../../src/temporal/steps.ts';
import type { Rooms } from '../support/hosts.ts';
import { createWorld, inventorySpec, quiet, type World } from '../support/world.ts';
import { failEveryStep, failForGood } from './interference.ts';

const call = { requestId: 'test' };
const roomy = { memoryMiB: 64_000, diskGiB: 1000 };
const roomier = { memoryMiB: 65_000, diskGiB: 1000 };
function createRooms(): Rooms {
  return new Map([
    ['kvm1', roomier],
    ['kvm2', roomy],
  ]);
}

async function begin(world: World, { dbiResourceId }: Instance, change: Change) {
  await world.inventory.instances.change({ dbiResourceId }, call, () => change);
}
async function settled(world: World, { dbiResourceId }: Instance): Promise<Instance> {
  const instance = await world.settle(dbiResourceId);
  assert.ok(instance, 'the instance is there');
  return instance;
}
function find(world: World, { dbiResourceId }: Instance) {
  return world.inventory.instances.find({ dbiResourceId });
}
async function operate(world: World, instance: Instance, change: Change) {
  await begin(world, instance, change);
  return settled(world, instance);
}
async function remove(world: World, instance: Instance) {
  await begin(world, instance, { operation: { type: 'deleteDbInstance' } });
  assert.equal(await world.settle(instance.dbiResourceId), undefined);
  assert.equal(await world.provider.findMachine(instance.machine), undefined);
}
async function eventsOf(world: World, sourceIdentifier: string) {
  return (
    await world.inventory.listEvents({ from: new Date(0), to: new Date(), sourceIdentifier, limit: 100 })
  ).map(({ message }) => message);
}

/** The last error of a step in the latest operation on the instance, as the operator sees it. */
async function failureOf(world: World, { dbiResourceId }: Instance): Promise<string> {
  const { events } = await world.temporal.workflow.getHandle(dbiResourceId).fetchHistory();
  const failures = (events ?? []).map(({ activityTaskFailedEventAttributes: failed }) => failed?.failure);
  return failures.findLast((failure) => failure)?.message ?? '';
}

/** Steps of the latest operation on the instance, each with its task queue. */
async function queuesOf(world: World, { dbiResourceId }: Pick<Instance, 'dbiResourceId'>): Promise<string[]> {
  const handle = world.temporal.workflow.getHandle(dbiResourceId);
  const { events = [] } = await handle.fetchHistory();
  return (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) =>
    scheduled ? `${scheduled.activityType?.name} ${scheduled.taskQueue?.name}` : [],
  );
}

before(quiet);

describe('an instance on one of several hosts', () => {
  let world: World;
  const rooms = createRooms();
  before(async () => {
    world = await createWorld({ rooms });
  });
  after(() => world?.close());

  test('all steps on its machine use the queue of its host', async () => {
    const instance = await settled(world, await world.create('queues'));
    assert.deepEqual([instance.status, instance.host], ['available', 'kvm1']);
    assert.equal((await world.provider.findMachine(instance.machine))?.host, 'kvm1');
    assert.deepEqual(await queuesOf(world, instance), [
      'beginOperation test',
      'chooseHost test',
      'ensureMachine test-kvm1',
      'startMachine test-kvm1',
      'initCluster test-kvm1',
      'startPostgres test-kvm1',
      'ensureMaster test-kvm1',
      'completeOperation test',
    ]);

    const modification = {
      allocatedStorage: 6,
      dbInstanceClass: 'db.t2.small',
      masterPassword: true,
    } as const;
    const changes: readonly Change[] = [
      { operation: { type: 'rebootDbInstance' } },
      { operation: { type: 'modifyDbInstance', input: { modification } } },
      { operation: { type: 'stopDbInstance' } },
      { operation: { type: 'startDbInstance' } },
      { operation: { type: 'recoverDbInstance' } },
    ];
    const inventorySteps = /^(?:beginOperation|noteModification|completeOperation) test$/;
    for (const change of changes) {
      await operate(world, instance, change);
      const queues = await queuesOf(world, instance);
      const others = queues.filter((line) => !inventorySteps.test(line));
      assert.ok(others.length > 0);
      for (const line of others) assert.match(line, / test-kvm1$/);
    }
    await remove(world, instance);
    assert.deepEqual(await queuesOf(world, instance), [
      'beginOperation test',
      'destroyMachine test-kvm1',
      'forgetInstance test',
    ]);
  });

  test('two concurrent creates do not reserve the same room', async () => {
    const [first, second] = await Promise.all([world.create('spread-1'), world.create('spread-2')]);
    const made = await Promise.all([settled(world, first), settled(world, second)]);
    assert.deepEqual(made.map(({ host }) => host).sort(), ['kvm1', 'kvm2']);
    await Promise.all(made.map((instance) => remove(world, instance)));
  });

  test('every step of a create and a delete fails before its effect, after it, and runs twice: both succeed', async () => {
    const instance = await settled(world, await world.create('faults', failEveryStep()));
    assert.equal(instance.status, 'available');
    assert.equal((await world.provider.findMachine(instance.machine))?.host, instance.host);
    world.interfere(instance.dbiResourceId, failEveryStep());
    await remove(world, instance);
  });

  test('a create that fails at the choice of a host can be deleted', async () => {
    for (const when of ['before', 'after'] as const) {
      const instance = await settled(
        world,
        await world.create(`choice-${when}`, failForGood('chooseHost', when)),
      );
      assert.equal(instance.status, 'failed');
      assert.equal(instance.host, when === 'before' ? null : 'kvm1');
      await remove(world, instance);
    }
  });

  test('an instance without a host is deleted while a host is unreachable, with the machine of an older Cornac', async (t) => {
    t.after(() => rooms.set('kvm1', roomier).set('kvm2', roomy));
    rooms
      .set('kvm1', { memoryMiB: 100, diskGiB: 1000 })
      .set('kvm2', new ProviderError('Unavailable', 'kvm2 is unreachable'));
    const instance = await world.create('nowhere');
    const handle = world.temporal.workflow.getHandle(instance.dbiResourceId);
    const isWaiting = async () =>
      (await readSteps(handle).catch(() => [])).some(({ retry }) => retry?.reason.includes('kvm2'));
    while (!(await isWaiting())) await delay(50);
    const spec = { name: instance.machine, owner: instance.dbiResourceId };
    const kvm1 = world.provider.at('kvm1');
    await kvm1.ensureMachine({ ...spec, cpus: 1, memoryMiB: 1024, diskGiB: 5 }, noProgress());
    await begin(world, instance, { operation: { type: 'deleteDbInstance' } });
    assert.equal(await world.settle(instance.dbiResourceId), undefined);
    assert.equal(await kvm1.findMachine(instance.machine), undefined);
  });

  test('no host has room: the event reports that, and the history has the room of each host', async (t) => {
    t.after(() => rooms.set('kvm1', roomier).set('kvm2', roomy));
    rooms.set('kvm1', { memoryMiB: 100, diskGiB: 1000 }).set('kvm2', { memoryMiB: 4096, diskGiB: 2 });
    const instance = await settled(world, await world.create('crowded'));
    assert.equal(instance.status, 'failed');
    const [message = ''] = await eventsOf(world, 'crowded');
    assert.equal(
      message,
      'DB instance put into failed state: createDbInstance did not succeed: InsufficientDBInstanceCapacity: no room for the requested memory and storage',
    );
    assert.match(
      await failureOf(world, instance),
      /no room for 1024 MiB .*kvm1 has 100 MiB, .*and 1000 GiB, .*kvm2 has 4096 MiB, .*and 2 GiB, /,
    );
    await remove(world, instance);
  });

  test('one host is unreachable: new machines go to the others, whose instances are still recovered', async (t) => {
    const there = await settled(world, await world.create('on-away'));
    assert.equal(there.host, 'kvm1');
    t.after(() => rooms.set('kvm1', roomier));
    rooms.set('kvm1', new ProviderError('Unavailable', 'kvm1 is unreachable'));
    const other = await settled(world, await world.create('on-other'));
    assert.deepEqual([other.status, other.host], ['available', 'kvm2']);

    await world.provider.at('kvm2').stopMachine(other.machine, noProgress());
    await world.temporal.workflow.execute('reconcile', { workflowId: 'away', taskQueue: world.taskQueue });
    const recovered = await settled(world, other);
    assert.equal(recovered.status, 'available');
    assert.equal((await world.provider.at('kvm2').findMachine(other.machine))?.state, 'running');
    assert.equal((await settled(world, there)).status, 'available', 'of it nothing is said');

    rooms.set('kvm1', roomier);
    await Promise.all([remove(world, there), remove(world, other)]);
  });

  test('an operation on a host that IAAS no longer has fails with a clear reason, also a delete', async () => {
    const instance = await settled(world, await world.create('orphaned'));
    const at = (host: string | null) => begin(world, instance, { patch: { host } });
    await at('kvm9');
    for (const type of ['rebootDbInstance', 'deleteDbInstance'] as const) {
      const failed = await operate(world, instance, { operation: { type } });
      assert.equal(failed.status, 'failed');
      const [message = ''] = (await eventsOf(world, 'orphaned')).reverse();
      assert.match(message, new RegExp(`${type} did not succeed: Cornac is misconfigured; its operator`));
      assert.match(await failureOf(world, instance), /IAAS has no host kvm9 \(it has kvm1, kvm2\)/);
    }
    await at('kvm1');
    await remove(world, instance);
  });

  test('the reconciler stores the host of a machine where the inventory has a wrong host or none', async () => {
    const instance = await settled(world, await world.create('moved'));
    for (const [index, host] of ['kvm2', 'kvm9', null].entries()) {
      await begin(world, instance, { patch: { host } });
      await world.temporal.workflow.execute('reconcile', {
        workflowId: `moved-${index}`,
        taskQueue: world.taskQueue,
      });
      const now = await settled(world, instance);
      assert.deepEqual([now.host, now.status], ['kvm1', 'available']);
    }
    await remove(world, instance);
  });

  test("the inventory's own instance is found on its host, and not made again while a host is unreachable", async (t) => {
    const found = (await world.provider.listMachines()).filter(({ name }) => name === 'cornac-cornac');
    assert.deepEqual(
      found.map(({ host }) => host),
      ['kvm2'],
    );
    t.after(() => rooms.set('kvm1', roomier).set('kvm2', roomy));
    rooms.set('kvm1', new ProviderError('Unavailable', 'kvm1 is unreachable'));
    const queue = bootstrapQueue(world.taskQueue);
    const run = async (machine: string, watch: (handle: WorkflowHandle) => Promise<unknown>) => {
      const worker = await world.createBootstrapWorker(inventorySpec(world, machine));
      await worker.runUntil(async () =>
        watch(
          await world.temporal.workflow.start('bootstrapInventory', {
            workflowId: queue,
            taskQueue: queue,
            args: [{ needsHost: true }],
          }),
        ),
      );
    };
    await run('cornac-cornac', (handle) => handle.result());
    assert.deepEqual((await queuesOf(world, { dbiResourceId: queue })).slice(0, 3), [
      `findInventoryHost ${queue}`,
      `ensureMachine ${queue}`,
      `startMachine ${queue}`,
    ]);
    const registered = await world.inventory.instances.find({ identifier: 'cornac' });
    assert.deepEqual([registered?.host, registered?.status], ['kvm2', 'available']);

    await run('cornac-other', async (other) => {
      while ((await readSteps(other))[0]?.retry === undefined) await delay(25);
      assert.match((await readSteps(other))[0]?.retry?.reason ?? '', /kvm1 is unreachable/);
      await other.terminate();
    });
    assert.equal(await world.provider.at('kvm2').findMachine('cornac-other'), undefined);
  });

  test('a host that hangs delays its own steps and no others', async () => {
    const hanging = new Set<string>();
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const names = Array.from({ length: 24 }, (_, index) => `hung-${index}`);
    rooms.set('kvm2', { memoryMiB: 0, diskGiB: 0 });
    const hung = await Promise.all(
      names.map((name) =>
        world.create(name, async (step, run) => {
          if (step !== 'ensureMachine') return run();
          const context = Context.current();
          hanging.add(name);
          const beat = setInterval(() => context.heartbeat(), 1000);
          await released.finally(() => clearInterval(beat));
          throw ApplicationFailure.nonRetryable('it hung', 'Injected');
        }),
      ),
    );
    while (hanging.size < 20) await delay(25);
    while ((await Promise.all(hung.map((each) => find(world, each)))).some((each) => each?.host !== 'kvm1')) {
      await delay(25);
    }
    rooms.set('kvm1', { memoryMiB: 0, diskGiB: 0 }).set('kvm2', roomy);
    const other = await settled(world, await world.create('beside'));
    assert.deepEqual([other.status, other.host], ['available', 'kvm2']);
    assert.equal(hanging.size, 20, 'the rest waits for a free slot of kvm1');
    rooms.set('kvm1', roomier);
    release();
    for (const instance of hung) assert.equal((await settled(world, instance)).status, 'failed');
    await Promise.all([...hung, other].map((instance) => remove(world, instance)));
  });
});

test('a worker is killed between the choice of a host and the clone: the create continues on the chosen host', async (t) => {
  const world = await createWorld({ rooms: createRooms(), idle: true });
  t.after(() => world.close());
  const instance = await world.create('killed');

  const doomed = startWorker(t, world, { TEST_DIE_BEFORE: 'ensureMachine', TEST_ROOMS: createRooms() });
  assert.deepEqual(await once(doomed, 'exit'), [null, 'SIGKILL']);
  assert.equal((await find(world, instance))?.host, 'kvm1');
  assert.equal(await world.provider.findMachine(instance.machine), undefined);

  // The choice would be kvm2 now.
  const heir = startWorker(t, world, {
    TEST_ROOMS: new Map([...createRooms(), ['kvm1', { memoryMiB: 0, diskGiB: 0 }]]),
  });
  const made = await settled(world, instance);
  assert.deepEqual([made.status, made.host], ['available', 'kvm1']);
  assert.equal((await world.provider.findMachine(instance.machine))?.host, 'kvm1');
  await remove(world, made);
  heir.kill('SIGTERM');
  assert.deepEqual(await once(heir, 'exit'), [0, null]);
});

function startWorker(
  t: TestContext,
  world: World,
  { TEST_ROOMS, ...env }: { TEST_DIE_BEFORE?: string; TEST_ROOMS: Rooms },
) {
  const program = fileURLToPath(new URL('hosts-worker.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program], {
    env: {
      ...process.env,
      ...env,
      TEST_ROOMS: JSON.stringify(Object.fromEntries(TEST_ROOMS)),
      TEST_SECRET_KEY: world.secretKey.toString('hex'),
      CORNAC_STATE_DIR: world.stateDir,
      CORNAC_CONFIG: `${world.stateDir}/cornac.toml`,
      CORNAC_LOCAL_NETWORK: world.config.local.network,
      CORNAC_DATABASE_URL: world.databaseUrl,
      CORNAC_TEMPORAL_ADDRESS: world.environment.address,
      CORNAC_TEMPORAL_TASK_QUEUE: world.taskQueue,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

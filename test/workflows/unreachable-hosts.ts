import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import { bootstrapQueue } from '../../src/processes/bootstrap-worker.ts';
import { noProgress, ProviderError } from '../../src/providers/provider.ts';
import { readSteps } from '../../src/temporal/steps.ts';
import type { Rooms } from '../support/hosts.ts';
import { inventorySpec } from '../support/inventory-spec.ts';
import type { World } from '../support/world.ts';
import { begin, remove, settled } from '../support/world-operations.ts';
import { queuesOf } from './steps-taken.ts';
import { roomier, roomy } from './two-hosts.ts';

/** Work while a host is unreachable or hangs. @param made is called when the world is there */
export function testUnreachableHosts(made: () => World, rooms: Rooms): void {
  let world: World;
  before(() => {
    world = made();
  });
  const find = ({ dbiResourceId }: Instance) => world.inventory.instances.find({ dbiResourceId });

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
    while ((await Promise.all(hung.map((each) => find(each)))).some((each) => each?.host !== 'kvm1')) {
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
}

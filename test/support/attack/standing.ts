import type { Instance } from '../../../src/model/db-instance/instance.ts';
import { bootstrapQueue } from '../../../src/processes/bootstrap-worker.ts';
import { inventorySpec } from '../inventory-spec.ts';
import type { World } from '../world.ts';
import { begin } from '../world-operations.ts';

/**
 * A bootstrap that has registered the inventory's own instance, and whose worker polls its queue.
 * @returns what stops the worker
 */
export async function runBootstrap(world: World): Promise<() => Promise<void>> {
  const worker = await world.createBootstrapWorker(inventorySpec(world));
  const queue = bootstrapQueue(world.taskQueue);
  const running = worker.run();
  const stop = async () => {
    worker.shutdown();
    await running;
  };
  const start = { workflowId: queue, taskQueue: queue, args: [{}] };
  await world.temporal.workflow.execute('bootstrapInventory', start).catch(async (error) => {
    await stop();
    throw error;
  });
  return stop;
}

/** Begins a reboot of the instance, which stands before its restart of PostgreSQL until `letGo` is called. */
export async function holdReboot(world: World, instance: Instance) {
  let letGo = () => {};
  const gate = new Promise<void>((open) => {
    letGo = open;
  });
  const isStuck = new Promise<void>((stuck) => {
    world.interfere(instance.dbiResourceId, async (step, run) => {
      if (step !== 'restartPostgres') return run();
      stuck();
      await gate;
      return run();
    });
  });
  const held = await begin(world, instance, { operation: { type: 'rebootDbInstance' } });
  await isStuck;
  return { held, letGo };
}

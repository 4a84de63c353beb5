import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Change } from '../../src/inventory/instances.ts';
import { createWorld, quiet, type World } from '../support/world.ts';
import { begin, eventsOf, operate, remove, settled } from '../support/world-operations.ts';
import { failEveryStep, failForGood } from './interference.ts';
import { failureOf, queuesOf } from './steps-taken.ts';
import { createRooms, roomier, roomy } from './two-hosts.ts';
import { testUnreachableHosts } from './unreachable-hosts.ts';

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

  testUnreachableHosts(() => world, rooms);
});

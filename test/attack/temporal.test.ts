import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { bootstrapActivities } from '../../src/activities/bootstrap.ts';
import type { Change } from '../../src/inventory/instances.ts';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import { operationSteps } from '../../src/model/operation/operation-steps.ts';
import type { OperationType } from '../../src/model/operation/operation-types.ts';
import { bootstrapQueue } from '../../src/processes/bootstrap-worker.ts';
import { CANARY, createAttempts, isHarmless } from '../support/attack/attempts.ts';
import { canariesIn, createPrecious, dump, queryAsMaster } from '../support/attack/dump.ts';
import { holdReboot, runBootstrap } from '../support/attack/standing.ts';
import { createStranger, type Stranger } from '../support/attack/stranger.ts';
import type { Attempt } from '../support/attack/stranger-workflows.ts';
import { count } from '../support/counts.ts';
import { inventorySpec } from '../support/inventory-spec.ts';
import { createWorld, PASSWORD, quiet, type World } from '../support/world.ts';
import { begin, settled } from '../support/world-operations.ts';

const types = Object.keys(operationSteps) as OperationType[];

let world: World;
let stranger: Stranger;
let calls: ReturnType<typeof createAttempts>;
let victim: Instance;
/** The instance of a reboot that is held open while this file runs. */
let busy: Instance;
let letBusyGo: () => void = () => {};
let closedOperationId: string;
let stopBootstrap: () => Promise<unknown>;

before(async () => {
  quiet();
  world = await createWorld();
  stopBootstrap = await runBootstrap(world);
  victim = await createPrecious(world, 'victim');
  busy = await createPrecious(world, 'busy');
  closedOperationId = (await world.inventory.operations.findLatest('victim'))?.id ?? '';
  ({ held: busy, letGo: letBusyGo } = await holdReboot(world, busy));
  stranger = await createStranger(world);
  calls = createAttempts(world, stranger, victim);
});
after(async () => {
  letBusyGo();
  if (busy) await world.settle(busy.dbiResourceId);
  await stranger?.close();
  await stopBootstrap?.();
  await world?.close();
});

/** Attacks, and asserts that nothing has changed. */
async function attackInVain(
  what: readonly Attempt[],
  { type, workflowId }: { type?: string; workflowId?: string } = {},
): Promise<void> {
  const earlier = await dump(world, [victim, busy]);
  const outcomes = await stranger.attack(what, type, workflowId);
  count('tried', outcomes.length);
  const accepted = outcomes.filter((outcome) => !isHarmless(outcome));
  count('accepted', accepted.length);
  assert.deepEqual(accepted, []);
  assert.deepEqual(await dump(world, [victim, busy]), earlier);
  assert.deepEqual(await canariesIn(stranger.canaries), []);
}

describe('a workflow of a stranger that calls every activity of Cornac', () => {
  test('knows every activity', () => {
    const { config, inventory, provider, guest } = world;
    const spec = inventorySpec(world);
    const ofBootstrap = bootstrapActivities(
      { config, inventory, provider, guest },
      {
        spec,
        workflowId: bootstrapQueue(world.taskQueue),
        findInventory: () => Promise.reject(new Error('not to be asked for')),
      },
    );
    const all = new Set([...Object.keys(world.activities), ...Object.keys(ofBootstrap)]);
    assert.deepEqual(Object.keys(calls.oldArguments({})).sort(), [...all].sort());
  });

  test("does nothing with the victim's ids and no operation", async () => {
    const { dbiResourceId } = victim;
    for (const operationId of [randomUUID(), closedOperationId, "' OR 1=1 --", '']) {
      await attackInVain(calls.both({ operationId, dbiResourceId }));
    }
  });

  test('does nothing with meaningless arguments', async () => {
    const odd: readonly (readonly unknown[])[] = [
      [],
      [null],
      ['x'.repeat(10_000)],
      [{ operationId: 1, dbiResourceId: [] }],
      [{ operationId: closedOperationId }],
      [[{ operationId: closedOperationId, dbiResourceId: victim.dbiResourceId }]],
    ];
    for (const args of odd) {
      await attackInVain(
        calls.attempts(Object.fromEntries(Object.keys(calls.oldArguments({})).map((name) => [name, args]))),
      );
    }
  });

  test('does nothing for an open operation of another type, or under an id that is not its instance', async () => {
    const ref = { operationId: busy.operationId, dbiResourceId: busy.dbiResourceId };
    for (const type of types) await attackInVain(calls.both(ref), { type });
  });

  test("does nothing under the victim's id and every type while no operation is open", async () => {
    const { dbiResourceId: workflowId } = victim;
    for (const type of [...types, 'evil', 'bootstrapInventory']) {
      for (const operationId of [closedOperationId, randomUUID()]) {
        await attackInVain(calls.both({ operationId, dbiResourceId: workflowId }), { type, workflowId });
      }
    }
  });

  test("does nothing under the victim's id with the operation of another instance", async () => {
    const { operationId } = busy;
    const { dbiResourceId: workflowId } = victim;
    for (const dbiResourceId of [workflowId, busy.dbiResourceId]) {
      await attackInVain(calls.both({ operationId, dbiResourceId }), {
        type: 'rebootDbInstance',
        workflowId,
      });
    }
  });

  test('does nothing in the queue of the bootstrap', async () => {
    const queue = bootstrapQueue(world.taskQueue);
    const what = calls.attempts(calls.oldArguments({}), queue);
    await attackInVain(what);
    await attackInVain(what, { type: 'bootstrapInventory' });
    // As the bootstrap's workflow it makes the bootstrap repeat what its own process had asked for.
    const earlier = await dump(world, [victim, busy]);
    const outcomes = await stranger.attack(what, 'bootstrapInventory', queue);
    count('tried', outcomes.length);
    for (const { result = null } of outcomes) {
      assert.ok(result === null || (result as unknown[]).length === 0);
    }
    assert.deepEqual(await dump(world, [victim, busy]), earlier);
    assert.deepEqual(await canariesIn(stranger.canaries), []);
  });

  test('makes the reconciler do a due round, and gets only names', async () => {
    const earlier = await dump(world, [victim, busy]);
    const outcomes = await stranger.attack(calls.attempts(calls.oldArguments({})), 'reconcile');
    count('tried', outcomes.length);
    assert.deepEqual(await dump(world, [victim, busy]), earlier);
    const told = JSON.stringify(outcomes);
    for (const secret of [PASSWORD, world.stateDir, victim.address ?? '', 'SCRAM']) {
      assert.ok(!told.includes(secret));
    }
  });
});

describe("Cornac's own workflows, started by a stranger on Cornac's queue", () => {
  test('do nothing with forged ids, memos and Workflow Ids', async () => {
    const { dbiResourceId } = victim;
    const refs = [
      { operationId: randomUUID(), dbiResourceId },
      { operationId: closedOperationId, dbiResourceId },
      { operationId: busy.operationId, dbiResourceId: busy.dbiResourceId },
      { operationId: busy.operationId, dbiResourceId },
    ];
    const earlier = await dump(world, [victim, busy]);
    for (const type of types) {
      for (const ref of refs) {
        for (const workflowId of [dbiResourceId, `forged-${randomUUID()}`]) {
          const memo = { operationId: ref.operationId };
          const start = { workflowId, taskQueue: world.taskQueue, args: [ref], memo };
          await stranger.client.workflow.execute(type, start).catch(() => {});
          count('tried');
        }
      }
    }
    assert.deepEqual(await dump(world, [victim, busy]), earlier);
  });

  test('do nothing for a bootstrap in the wrong queue', async () => {
    const earlier = await dump(world, [victim, busy]);
    const handle = await stranger.client.workflow.start('bootstrapInventory', {
      workflowId: 'forged-bootstrap',
      taskQueue: world.taskQueue,
      args: [{ ...inventorySpec(world), dbiResourceId: 'db-FORGED' }],
    });
    count('tried');
    const failure = handle.result().then(
      () => assert.fail('it went through'),
      () => {},
    );
    await failure;
    assert.deepEqual(await dump(world, [victim, busy]), earlier);
  });
});

describe('a Workflow Id that a stranger holds', () => {
  for (const [how, start] of [
    ['with a workflow of another type', { type: 'evil', hasMemo: false }],
    ['with the type and memo of an operation that has ended', { type: 'createDbInstance', hasMemo: true }],
  ] as const) {
    test(`does not keep the operations of the instance from being started: ${how}`, async () => {
      const { dbiResourceId: workflowId } = victim;
      await stranger.client.workflow.start(start.type, {
        workflowId,
        taskQueue: stranger.queue,
        // The workflow of the previous operation may still be closing.
        workflowIdConflictPolicy: 'TERMINATE_EXISTING',
        ...(start.hasMemo && { memo: { operationId: closedOperationId } }),
      });
      count('tried');
      await begin(world, victim, { operation: { type: 'rebootDbInstance' } });
      victim = await settled(world, victim);
      assert.equal(victim.status, 'available');
    });
  }
});

test('after all attacks the same operations succeed, and the data is intact', async () => {
  assert.deepEqual(await canariesIn(stranger.canaries), []);
  letBusyGo();
  assert.equal((await settled(world, busy)).status, 'available');
  const modification = { allocatedStorage: 6, dbInstanceClass: 'db.t2.small' };
  const changes: readonly Change[] = [
    { operation: { type: 'rebootDbInstance' } },
    { operation: { type: 'modifyDbInstance', input: { modification } } },
    { operation: { type: 'stopDbInstance' } },
    { operation: { type: 'startDbInstance' } },
    { operation: { type: 'recoverDbInstance' } },
  ];
  for (const change of changes) {
    await begin(world, victim, change);
    victim = await settled(world, victim);
    assert.notEqual(victim.status, 'failed');
  }
  assert.equal(victim.allocatedStorage, 6);
  assert.deepEqual(await queryAsMaster(victim, 'SELECT data FROM precious'), [{ data: 'data of victim' }]);
  const events = await world.inventory.listEvents({ from: new Date(0), to: new Date(), limit: 1000 });
  assert.deepEqual(
    events.filter(({ message }) => message.includes(CANARY) || /did not succeed/.test(message)),
    [],
  );
  await begin(world, victim, { operation: { type: 'deleteDbInstance' } });
  assert.equal(await world.settle(victim.dbiResourceId), undefined);
  assert.equal(await world.provider.findMachine(victim.machine), undefined);
});

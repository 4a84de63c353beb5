import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Change } from '../../src/inventory/instances.ts';
import { newSnapshotId } from '../../src/inventory/new-id.ts';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import type { Status } from '../../src/model/db-instance/status.ts';
import type { OperationType } from '../../src/model/operation/operation-types.ts';
import { noProgress } from '../../src/providers/provider.ts';
import { createWorld, quiet, type World } from '../support/world.ts';
import { begin, settled } from '../support/world-operations.ts';
import { cutPower, failEveryStep, failForGood, record } from './interference.ts';
import { assertGone, assertTruthful, connect, removeWholly } from './truth.ts';

let world: World;
before(async () => {
  quiet();
  world = await createWorld();
});
after(() => world?.close());

/**
 * Each operation: its change, the state from which it begins, the status to which it leads, and its steps.
 */
const operations: readonly {
  readonly type: OperationType;
  readonly change: Change | (() => Change);
  readonly stopped?: true;
  readonly to: Status;
  readonly steps: readonly string[];
}[] = [
  {
    type: 'rebootDbInstance',
    change: { operation: { type: 'rebootDbInstance' } },
    to: 'available',
    steps: ['beginOperation', 'startMachine', 'restartPostgres', 'completeOperation'],
  },
  {
    type: 'stopDbInstance',
    change: { operation: { type: 'stopDbInstance' } },
    to: 'stopped',
    steps: ['beginOperation', 'stopPostgres', 'stopMachine', 'completeOperation'],
  },
  {
    type: 'startDbInstance',
    change: { operation: { type: 'startDbInstance' } },
    stopped: true,
    to: 'available',
    steps: ['beginOperation', 'startMachine', 'startPostgres', 'completeOperation'],
  },
  {
    type: 'recoverDbInstance',
    change: { operation: { type: 'recoverDbInstance' } },
    to: 'available',
    steps: ['beginOperation', 'startMachine', 'startPostgres', 'completeOperation'],
  },
  {
    type: 'applyDbParameters',
    change: { operation: { type: 'applyDbParameters' } },
    to: 'available',
    steps: ['beginOperation', 'startMachine', 'applyParameters', 'completeOperation'],
  },
  {
    type: 'modifyDbInstance',
    change: {
      operation: {
        type: 'modifyDbInstance',
        input: {
          modification: { allocatedStorage: 6, dbInstanceClass: 'db.t2.small', masterPassword: true },
        },
      },
    },
    to: 'available',
    steps: [
      'beginOperation',
      'startMachine',
      'resizeMachine',
      'growDisk',
      'noteModification',
      'setMasterPassword',
      'resizeMachine',
      'restartPostgres',
      'completeOperation',
    ],
  },
  {
    type: 'createDbSnapshot',
    change: makeSnapshot,
    to: 'available',
    steps: ['beginOperation', 'prepareRepository', 'takeBackup', 'completeOperation'],
  },
];
/** The change of CreateDBSnapshot. Each snapshot has a name of its own, because they outlive the instance. */
let snapshots = 0;
function makeSnapshot(): Change {
  snapshots += 1;
  const snapshot = {
    id: newSnapshotId(),
    identifier: `snapshot${snapshots}`,
    type: 'manual',
    tags: [],
  } as const;
  return { operation: { type: 'createDbSnapshot' }, snapshot };
}
const createSteps = [
  'beginOperation',
  'ensureMachine',
  'startMachine',
  'initCluster',
  'startPostgres',
  'ensureMaster',
  'completeOperation',
];
const deleteSteps = ['beginOperation', 'destroyMachine', 'forgetInstance'];

/** A new instance in the state from which the operation begins. */
async function prepare(identifier: string, stopped?: true): Promise<Instance> {
  const instance = await settled(world, await world.create(identifier));
  assert.equal(instance.status, 'available');
  if (!stopped) return instance;
  await begin(world, instance, { operation: { type: 'stopDbInstance' } });
  return settled(world, instance);
}

describe('the recorded steps of a workflow are the expected ones', { concurrency: 6 }, () => {
  test('in a create and a delete', async () => {
    const steps: string[] = [];
    const instance = await settled(world, await world.create('steps-create', record(steps)));
    assert.deepEqual(steps.splice(0), createSteps);
    await removeWholly(world, instance);
    assert.deepEqual(steps, deleteSteps);
  });
  for (const { type, change, stopped, steps } of operations) {
    test(`in ${type}`, async () => {
      const instance = await prepare(`steps-${type.toLowerCase()}`, stopped);
      const seen: string[] = [];
      world.interfere(instance.dbiResourceId, record(seen));
      await begin(world, instance, typeof change === 'function' ? change() : change);
      await settled(world, instance);
      assert.deepEqual(seen, steps);
      await removeWholly(world, instance);
    });
  }
});

describe('every step fails before its effect, fails after it, and runs twice: the operation succeeds', {
  concurrency: 6,
}, () => {
  test('in a create and the following delete', async () => {
    const instance = await settled(world, await world.create('each-create', failEveryStep()));
    assert.equal(instance.status, 'available');
    assert.equal(await connect(instance), 'each-create');
    const machines = await world.provider.listMachines();
    assert.equal(machines.filter(({ name }) => name === instance.machine).length, 1);
    world.interfere(instance.dbiResourceId, failEveryStep());
    await removeWholly(world, instance);
  });
  for (const { type, change, stopped, to } of operations) {
    test(`in ${type}`, async () => {
      const instance = await prepare(`each-${type.toLowerCase()}`, stopped);
      world.interfere(instance.dbiResourceId, failEveryStep());
      await begin(world, instance, typeof change === 'function' ? change() : change);
      const end = await settled(world, instance);
      assert.equal(end.status, to);
      await assertTruthful(world, end);
      world.interfere(instance.dbiResourceId, undefined);
      await removeWholly(world, end);
    });
  }
});

describe('a step that fails for good leaves a truthful status, and a delete removes everything', {
  concurrency: 6,
}, () => {
  for (const when of ['before', 'after'] as const) {
    for (const [index, step] of createSteps.entries()) {
      test(`create: ${step}, ${when} its effect`, async () => {
        const instance = await settled(
          world,
          await world.create(`good-${when}-${index}`, failForGood(step, when)),
        );
        const through = step === 'completeOperation' && when === 'after';
        assert.equal(instance.status, through ? 'available' : 'failed');
        await removeWholly(world, instance);
      });
    }
    for (const step of deleteSteps) {
      test(`delete: ${step}, ${when} its effect`, async () => {
        const instance = await prepare(`good-${when}-delete-${step.toLowerCase()}`);
        world.interfere(instance.dbiResourceId, failForGood(step, when));
        await begin(world, instance, { operation: { type: 'deleteDbInstance' } });
        const rest = await world.settle(instance.dbiResourceId);
        if (step === 'forgetInstance' && when === 'after') assert.equal(rest, undefined);
        else if (rest) await assertTruthful(world, rest);
        if (rest) await removeWholly(world, rest);
        await assertGone(world, instance);
      });
    }
    for (const { type, change, stopped, steps } of operations) {
      for (const step of new Set(steps)) {
        test(`${type}: ${step}, ${when} its effect`, async () => {
          const name = `good-${when}-${type.slice(0, 4)}-${step}`.toLowerCase();
          const instance = await prepare(name, stopped);
          world.interfere(instance.dbiResourceId, failForGood(step, when));
          await begin(world, instance, typeof change === 'function' ? change() : change);
          const end = await settled(world, instance);
          await assertTruthful(world, end);
          await removeWholly(world, end);
        });
      }
    }
  }
});

describe('a power cut before each step in the machine: the operation succeeds', { concurrency: 6 }, () => {
  const inGuest = [
    'initCluster',
    'startPostgres',
    'ensureMaster',
    'restartPostgres',
    'setMasterPassword',
    'growDisk',
  ];
  const cutting = (machine: string) =>
    cutPower(inGuest, () => world.provider.stopMachine(machine, noProgress()));

  test('in a create', async () => {
    const name = 'power-create';
    const instance = await settled(world, await world.create(name, cutting(`cornac-${name}`)));
    await assertTruthful(world, instance);
    assert.equal(instance.status, 'available');
    await removeWholly(world, instance);
  });
  for (const { type, change, stopped, to } of operations) {
    test(`in ${type}`, async () => {
      const instance = await prepare(`power-${type.toLowerCase()}`, stopped);
      world.interfere(instance.dbiResourceId, cutting(instance.machine));
      await begin(world, instance, typeof change === 'function' ? change() : change);
      const end = await settled(world, instance);
      assert.equal(end.status, to);
      await assertTruthful(world, end);
      await removeWholly(world, end);
    });
  }
});

test('an instance whose machine is off after a failed reboot is failed, and can be recovered', async () => {
  const instance = await prepare('off-and-failed');
  world.interfere(instance.dbiResourceId, async (step, run) => {
    if (step !== 'restartPostgres') return run();
    await world.provider.stopMachine(instance.machine, noProgress());
    return failForGood(step, 'before')(step, run);
  });
  await begin(world, instance, { operation: { type: 'rebootDbInstance' } });
  const end = await settled(world, instance);
  assert.equal(end.status, 'failed');
  world.interfere(instance.dbiResourceId, undefined);
  await begin(world, end, { operation: { type: 'recoverDbInstance' } });
  const back = await settled(world, end);
  assert.equal(back.status, 'available');
  await assertTruthful(world, back);
  await removeWholly(world, back);
});

test('no machine is left after all instances were deleted', async () => {
  const machines = await world.provider.listMachines();
  assert.deepEqual(
    machines.map(({ name }) => name),
    ['cornac-cornac'],
  );
  await world.provider.stopMachine('cornac-nobody', noProgress());
});

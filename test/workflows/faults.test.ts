import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Change } from '../../src/inventory/instances.ts';
import { newSnapshotId } from '../../src/inventory/new-id.ts';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import type { Status } from '../../src/model/db-instance/status.ts';
import type { OperationType } from '../../src/model/operation/operation-types.ts';
import { noProgress } from '../../src/providers/provider.ts';
import { createWorld, type Interference, quiet, type World } from '../support/world.ts';
import { begin, operate, settled } from '../support/world-operations.ts';
import { cutPower, failEveryStep, failForGood, record } from './interference.ts';
import { assertGone, assertTruthful, connect, removeWholly } from './truth.ts';

let world: World;
before(async () => {
  quiet();
  world = await createWorld();
});
after(() => world?.close());

/**
 * Each operation: its change of an instance, the state from which it begins, the status to which it leads, and its
 * steps.
 */
const operations: readonly {
  readonly type: OperationType;
  readonly change: (instance: Instance) => Change;
  readonly stopped?: true;
  readonly to: Status;
  readonly steps: readonly string[];
}[] = [
  {
    type: 'rebootDbInstance',
    change: () => ({ operation: { type: 'rebootDbInstance' } }),
    to: 'available',
    steps: ['beginOperation', 'startMachine', 'restartPostgres', 'completeOperation'],
  },
  {
    type: 'stopDbInstance',
    change: () => ({ operation: { type: 'stopDbInstance' } }),
    to: 'stopped',
    steps: ['beginOperation', 'stopPostgres', 'stopMachine', 'completeOperation'],
  },
  {
    type: 'startDbInstance',
    change: () => ({ operation: { type: 'startDbInstance' } }),
    stopped: true,
    to: 'available',
    steps: ['beginOperation', 'startMachine', 'startPostgres', 'completeOperation'],
  },
  {
    type: 'recoverDbInstance',
    change: () => ({ operation: { type: 'recoverDbInstance' } }),
    to: 'available',
    steps: ['beginOperation', 'startMachine', 'startPostgres', 'completeOperation'],
  },
  {
    type: 'applyDbParameters',
    change: () => ({ operation: { type: 'applyDbParameters' } }),
    to: 'available',
    steps: ['beginOperation', 'startMachine', 'applyParameters', 'completeOperation'],
  },
  {
    type: 'modifyDbInstance',
    change: ({ allocatedStorage, dbInstanceClass }) => ({
      operation: {
        type: 'modifyDbInstance',
        input: {
          modification: {
            allocatedStorage: allocatedStorage + 1,
            dbInstanceClass: dbInstanceClass === 'db.t2.micro' ? 'db.t2.small' : 'db.t2.micro',
            masterPassword: true,
          },
        },
      },
    }),
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

/** A new instance. */
async function prepare(identifier: string): Promise<Instance> {
  const instance = await settled(world, await world.create(identifier));
  assert.equal(instance.status, 'available');
  return instance;
}

/** Brings an instance, also a failed one, to the state from which an operation begins. */
async function bring(instance: Instance, to: 'available' | 'stopped'): Promise<Instance> {
  world.interfere(instance.dbiResourceId, undefined);
  const now = await settled(world, instance);
  if (now.status === to) return now;
  const type = now.status === 'available' ? 'stop' : now.status === 'stopped' ? 'start' : 'recover';
  const next = await operate(world, now, { operation: { type: `${type}DbInstance` } });
  assert.equal(next.status, type === 'stop' ? 'stopped' : 'available', `after ${type} of ${now.status}`);
  return bring(next, to);
}

const inGuest = [
  'initCluster',
  'startPostgres',
  'ensureMaster',
  'restartPostgres',
  'setMasterPassword',
  'growDisk',
];
function cutting(machine: string): Interference {
  return cutPower(inGuest, () => world.provider.stopMachine(machine, noProgress()));
}

describe('faults in the steps of', { concurrency: 3 }, () => {
  // One instance has all faults of an operation, one after the other, and is brought back in between.
  for (const { type, change, stopped, to, steps } of operations) {
    describe(type, { concurrency: 1 }, () => {
      let instance: Instance;
      before(async () => {
        instance = await prepare(type.toLowerCase());
      });
      const run = async (interference: Interference) => {
        const ready = await bring(instance, stopped ? 'stopped' : 'available');
        world.interfere(instance.dbiResourceId, interference);
        return operate(world, ready, change(ready));
      };

      test('the recorded steps are the expected ones', async () => {
        const seen: string[] = [];
        assert.equal((await run(record(seen))).status, to);
        assert.deepEqual(seen, steps);
      });

      test('every step fails before its effect, fails after it, and runs twice: it succeeds', async () => {
        const end = await run(failEveryStep());
        assert.equal(end.status, to);
        await assertTruthful(world, end);
      });

      test('a power cut before each step in the machine: it succeeds', async () => {
        const end = await run(cutting(instance.machine));
        assert.equal(end.status, to);
        await assertTruthful(world, end);
      });

      for (const step of new Set(steps)) {
        for (const when of ['before', 'after'] as const) {
          test(`${step} fails for good, ${when} its effect: the status is truthful`, async () => {
            const end = await run(failForGood(step, when));
            await assertTruthful(world, end);
          });
        }
      }

      test('a delete removes everything', () => removeWholly(world, instance));
    });
  }

  describe('createDbInstance', () => {
    test('the recorded steps are the expected ones, also those of the delete', async () => {
      const steps: string[] = [];
      const instance = await settled(world, await world.create('steps-create', record(steps)));
      assert.deepEqual(steps.splice(0), createSteps);
      await removeWholly(world, instance);
      assert.deepEqual(steps, deleteSteps);
    });

    test('every step fails before its effect, fails after it, and runs twice, also in the delete: both succeed', async () => {
      const instance = await settled(world, await world.create('each-create', failEveryStep()));
      assert.equal(instance.status, 'available');
      assert.equal(await connect(instance), 'each-create');
      const machines = await world.provider.listMachines();
      assert.equal(machines.filter(({ name }) => name === instance.machine).length, 1);
      world.interfere(instance.dbiResourceId, failEveryStep());
      await removeWholly(world, instance);
    });

    test('a power cut before each step in the machine: it succeeds', async () => {
      const name = 'power-create';
      const instance = await settled(world, await world.create(name, cutting(`cornac-${name}`)));
      await assertTruthful(world, instance);
      assert.equal(instance.status, 'available');
      await removeWholly(world, instance);
    });

    for (const [index, step] of createSteps.entries()) {
      for (const when of ['before', 'after'] as const) {
        test(`${step} fails for good, ${when} its effect: a delete removes everything`, async () => {
          const instance = await settled(
            world,
            await world.create(`good-${when}-${index}`, failForGood(step, when)),
          );
          const through = step === 'completeOperation' && when === 'after';
          assert.equal(instance.status, through ? 'available' : 'failed');
          await removeWholly(world, instance);
        });
      }
    }
  });

  // Each delete continues the one that failed before it, until the row of the instance is gone.
  test('deleteDbInstance: each step fails for good, before and after its effect', async () => {
    const instance = await prepare('delete');
    for (const step of deleteSteps) {
      for (const when of ['before', 'after'] as const) {
        world.interfere(instance.dbiResourceId, failForGood(step, when));
        await begin(world, instance, { operation: { type: 'deleteDbInstance' } });
        const rest = await world.settle(instance.dbiResourceId);
        if (step === 'forgetInstance' && when === 'after') assert.equal(rest, undefined);
        else assert.equal(rest?.status, 'failed', `${step}, ${when}`);
      }
    }
    await assertGone(world, instance);
  });
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

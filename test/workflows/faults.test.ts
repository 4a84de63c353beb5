import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import type { Change } from '../../src/inventory/instances.ts';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import type { Status } from '../../src/model/db-instance/status.ts';
import type { OperationType } from '../../src/model/operation/operation-types.ts';
import { noProgress } from '../../src/providers/provider.ts';
import { anyTls } from '../support/any-tls.ts';
import { createWorld, findProcesses, PASSWORD, quiet, type World } from '../support/world.ts';
import { cutPower, failEveryStep, failForGood, record } from './interference.ts';

let world: World;
before(async () => {
  quiet();
  world = await createWorld();
});
after(() => world?.close());

const call = { requestId: 'test' };

/**
 * Each operation: its change, the state from which it begins, the status to which it leads, and its steps.
 */
const operations: readonly {
  readonly type: OperationType;
  readonly change: Change;
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
];
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

async function settled({ dbiResourceId }: Instance): Promise<Instance> {
  const instance = await world.settle(dbiResourceId);
  assert.ok(instance, 'the instance is there');
  return instance;
}

async function begin(instance: Instance, change: Change) {
  await world.inventory.instances.change({ dbiResourceId: instance.dbiResourceId }, call, () => change);
}

async function connect({ address, port, dbName }: Instance): Promise<string> {
  const client = new pg.Client({
    host: address ?? '',
    port,
    user: 'postgres',
    password: PASSWORD,
    database: dbName,
    ssl: anyTls,
  });
  await client.connect();
  try {
    return (await client.query('SELECT current_database() AS name')).rows[0].name;
  } finally {
    await client.end();
  }
}

/** The status matches what exists. */
async function assertTruthful(instance: Instance) {
  const machine = await world.provider.findMachine(instance.machine);
  if (instance.status === 'available') assert.equal(await connect(instance), instance.dbName);
  else if (instance.status === 'stopped') assert.equal(machine?.state, 'stopped');
  else assert.equal(instance.status, 'failed');
}

/** Nothing of the instance is left: machine, files, address, processes, row, secret. */
async function assertGone(instance: Instance) {
  assert.equal(await world.inventory.instances.find({ dbiResourceId: instance.dbiResourceId }), undefined);
  assert.equal(await world.inventory.findSecret(instance.dbiResourceId, 'master'), undefined);
  assert.equal(await world.provider.findMachine(instance.machine), undefined);
  assert.equal(existsSync(join(world.stateDir, 'machines', instance.machine)), false);
  const addresses = join(world.stateDir, 'addresses');
  const links = await readdir(addresses);
  // Concurrent tests also free addresses between the two looks.
  const owners = await Promise.all(
    links.map((each) => readlink(join(addresses, each)).catch(() => undefined)),
  );
  assert.ok(!owners.includes(instance.machine), 'its address is free again');
  // Compared by the whole path, because another run of these tests on this computer has machines of the same
  // names.
  assert.deepEqual(await findProcesses(join(world.stateDir, 'machines', instance.machine, '/')), []);
}

async function remove(instance: Instance) {
  await begin(instance, { operation: { type: 'deleteDbInstance' } });
  assert.equal(await world.settle(instance.dbiResourceId), undefined);
  await assertGone(instance);
}

/** A new instance in the state from which the operation begins. */
async function prepare(identifier: string, stopped?: true): Promise<Instance> {
  const instance = await settled(await world.create(identifier));
  assert.equal(instance.status, 'available');
  if (!stopped) return instance;
  await begin(instance, { operation: { type: 'stopDbInstance' } });
  return settled(instance);
}

describe('the recorded steps of a workflow are the expected ones', { concurrency: 6 }, () => {
  test('in a create and a delete', async () => {
    const steps: string[] = [];
    const instance = await settled(await world.create('steps-create', record(steps)));
    assert.deepEqual(steps.splice(0), createSteps);
    await remove(instance);
    assert.deepEqual(steps, deleteSteps);
  });
  for (const { type, change, stopped, steps } of operations) {
    test(`in ${type}`, async () => {
      const instance = await prepare(`steps-${type.toLowerCase()}`, stopped);
      const seen: string[] = [];
      world.interfere(instance.dbiResourceId, record(seen));
      await begin(instance, change);
      await settled(instance);
      assert.deepEqual(seen, steps);
      await remove(instance);
    });
  }
});

describe('every step fails before its effect, fails after it, and runs twice: the operation succeeds', {
  concurrency: 6,
}, () => {
  test('in a create and the following delete', async () => {
    const instance = await settled(await world.create('each-create', failEveryStep()));
    assert.equal(instance.status, 'available');
    assert.equal(await connect(instance), 'each-create');
    const machines = await world.provider.listMachines();
    assert.equal(machines.filter(({ name }) => name === instance.machine).length, 1);
    world.interfere(instance.dbiResourceId, failEveryStep());
    await remove(instance);
  });
  for (const { type, change, stopped, to } of operations) {
    test(`in ${type}`, async () => {
      const instance = await prepare(`each-${type.toLowerCase()}`, stopped);
      world.interfere(instance.dbiResourceId, failEveryStep());
      await begin(instance, change);
      const end = await settled(instance);
      assert.equal(end.status, to);
      await assertTruthful(end);
      world.interfere(instance.dbiResourceId, undefined);
      await remove(end);
    });
  }
});

describe('a step that fails for good leaves a truthful status, and a delete removes everything', {
  concurrency: 6,
}, () => {
  for (const when of ['before', 'after'] as const) {
    for (const [index, step] of createSteps.entries()) {
      test(`create: ${step}, ${when} its effect`, async () => {
        const instance = await settled(await world.create(`good-${when}-${index}`, failForGood(step, when)));
        const through = step === 'completeOperation' && when === 'after';
        assert.equal(instance.status, through ? 'available' : 'failed');
        await remove(instance);
      });
    }
    for (const step of deleteSteps) {
      test(`delete: ${step}, ${when} its effect`, async () => {
        const instance = await prepare(`good-${when}-delete-${step.toLowerCase()}`);
        world.interfere(instance.dbiResourceId, failForGood(step, when));
        await begin(instance, { operation: { type: 'deleteDbInstance' } });
        const rest = await world.settle(instance.dbiResourceId);
        if (step === 'forgetInstance' && when === 'after') assert.equal(rest, undefined);
        else if (rest) await assertTruthful(rest);
        if (rest) await remove(rest);
        await assertGone(instance);
      });
    }
    for (const { type, change, stopped, steps } of operations) {
      for (const step of new Set(steps)) {
        test(`${type}: ${step}, ${when} its effect`, async () => {
          const name = `good-${when}-${type.slice(0, 4)}-${step}`.toLowerCase();
          const instance = await prepare(name, stopped);
          world.interfere(instance.dbiResourceId, failForGood(step, when));
          await begin(instance, change);
          const end = await settled(instance);
          await assertTruthful(end);
          await remove(end);
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
    const instance = await settled(await world.create(name, cutting(`cornac-${name}`)));
    await assertTruthful(instance);
    assert.equal(instance.status, 'available');
    await remove(instance);
  });
  for (const { type, change, stopped, to } of operations) {
    test(`in ${type}`, async () => {
      const instance = await prepare(`power-${type.toLowerCase()}`, stopped);
      world.interfere(instance.dbiResourceId, cutting(instance.machine));
      await begin(instance, change);
      const end = await settled(instance);
      assert.equal(end.status, to);
      await assertTruthful(end);
      await remove(end);
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
  await begin(instance, { operation: { type: 'rebootDbInstance' } });
  const end = await settled(instance);
  assert.equal(end.status, 'failed');
  world.interfere(instance.dbiResourceId, undefined);
  await begin(end, { operation: { type: 'recoverDbInstance' } });
  const back = await settled(end);
  assert.equal(back.status, 'available');
  await assertTruthful(back);
  await remove(back);
});

test('no machine is left after all instances were deleted', async () => {
  const machines = await world.provider.listMachines();
  assert.deepEqual(
    machines.map(({ name }) => name),
    ['cornac-cornac'],
  );
  await world.provider.stopMachine('cornac-nobody', noProgress());
});

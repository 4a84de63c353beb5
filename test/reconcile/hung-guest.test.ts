import assert from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import { noProgress } from '../../src/providers/provider.ts';
import { survey } from '../../src/reconcile/survey.ts';
import { readSteps } from '../../src/temporal/steps.ts';
import { findSshd } from '../support/local-machine.ts';
import { createWorld, quiet, type World } from '../support/world.ts';
import { remove, settled } from '../support/world-operations.ts';

const call = { requestId: 'test' };
const hung = new Set<string>();
let world: World;
before(async () => {
  quiet();
  world = await createWorld({ hung });
});
after(() => world?.close());

function begin({ dbiResourceId }: Instance, type: 'rebootDbInstance' | 'startDbInstance' | 'stopDbInstance') {
  return world.inventory.instances.change({ dbiResourceId }, call, () => ({ operation: { type } }));
}

/** An available instance whose guest hangs: its machine runs, and neither PostgreSQL nor SSH answers. */
async function createHung(t: TestContext, identifier: string): Promise<Instance> {
  const instance = await settled(world, await world.create(identifier));
  const machine = await world.provider.startMachine(instance.machine, noProgress());
  await world.guest.stopPostgres(machine);
  hung.add(instance.machine);
  t.after(() => hung.delete(instance.machine));
  return instance;
}

async function waitForStep({ dbiResourceId }: Instance, name: string) {
  const handle = world.temporal.workflow.getHandle(dbiResourceId);
  for (let tries = 0; tries < 1200; tries++) {
    const steps = await readSteps(handle).catch(() => []);
    if (steps.some((step) => step.name === name && step.state === 'running')) return;
    await delay(50);
  }
  assert.fail(`the step ${name} did not begin`);
}

describe('a guest that hangs', { concurrency: true }, () => {
  test('does not prevent the recovery of other instances', async (t) => {
    const silent = await createHung(t, 'silent');
    const other = await settled(world, await world.create('other'));
    await world.provider.stopMachine(other.machine, noProgress());

    const findings = await survey(world.inventory, world);
    const kinds = new Map(
      findings.map((found) => ('instance' in found ? [found.instance.identifier, found.kind] : ['', ''])),
    );
    assert.equal(kinds.get('silent'), 'postgres-down');
    assert.equal(kinds.get('other'), 'machine-stopped');

    await world.temporal.workflow.execute('reconcile', { workflowId: 'r', taskQueue: world.taskQueue });
    assert.equal((await settled(world, other)).status, 'available');
    await remove(world, silent);
    await remove(world, other);
  });

  test('can be deleted during its reboot', async (t) => {
    const instance = await createHung(t, 'rebooted');
    await begin(instance, 'rebootDbInstance');
    await waitForStep(instance, 'Find the machine');
    await remove(world, instance);
  });

  test('is stopped by a power-off of its machine', async (t) => {
    const instance = await createHung(t, 'stopped');
    await begin(instance, 'stopDbInstance');
    assert.equal((await settled(world, instance)).status, 'stopped');
    assert.equal((await world.provider.findMachine(instance.machine))?.state, 'stopped');
    hung.delete(instance.machine);
    await begin(instance, 'startDbInstance');
    assert.equal((await settled(world, instance)).status, 'available');
    await remove(world, instance);
  });

  test('is stopped as well when its sshd accepts connections and never answers', async () => {
    const instance = await settled(world, await world.create('frozen'));
    const { stateDir } = world;
    const pid = findSshd(`${stateDir}/machines/${instance.machine}`);
    assert.ok(pid, 'its sshd runs');
    process.kill(pid, 'SIGSTOP');
    await begin(instance, 'stopDbInstance');
    assert.equal((await settled(world, instance)).status, 'stopped');
    assert.equal((await world.provider.findMachine(instance.machine))?.state, 'stopped');
    await remove(world, instance);
  });

  test('is limited by failures of its steps and not by time, so an outage of all workers does not count', async () => {
    const instance = await settled(world, await world.create('bounded'));
    await begin(instance, 'rebootDbInstance');
    await settled(world, instance);
    const handle = world.temporal.workflow.getHandle(instance.dbiResourceId);
    const { events } = await handle.fetchHistory();
    const bounds = (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: step }) =>
      step?.activityType?.name?.match(/startMachine|restartPostgres/)
        ? [[Number(step.scheduleToCloseTimeout?.seconds), step.retryPolicy?.maximumAttempts]]
        : [],
    );
    assert.deepEqual(bounds, [
      [0, 0],
      [0, 5000],
    ]);
    await remove(world, instance);
  });

  test('has the status failed, in bounded time, after a failed operation', async (t) => {
    const instance = await createHung(t, 'broken');
    world.interfere(instance.dbiResourceId, async (step, run) => {
      if (step === 'startMachine') throw ApplicationFailure.nonRetryable('the test wants it', 'Injected');
      return run();
    });
    await begin(instance, 'rebootDbInstance');
    assert.equal((await settled(world, instance)).status, 'failed');
    world.interfere(instance.dbiResourceId, undefined);
    await remove(world, instance);
  });
});

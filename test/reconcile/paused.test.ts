import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import { noProgress } from '../../src/providers/provider.ts';
import { reconcileInstances } from '../../src/reconcile/round.ts';
import { findServerStatus } from '../../src/reconcile/server-status.ts';
import { survey } from '../../src/reconcile/survey.ts';
import { findServer, findSshd } from '../support/local-machine.ts';
import { createWorld, quiet, type World } from '../support/world.ts';

let world: World;
before(async () => {
  quiet();
  world = await createWorld();
});
after(() => world?.close());

async function available(identifier: string): Promise<Instance> {
  const instance = await world.settle((await world.create(identifier)).dbiResourceId);
  assert.equal(instance?.status, 'available');
  return instance;
}

/** Pauses a local machine as a person would do it with a debugger. */
function pause(t: TestContext, { machine }: Instance) {
  const root = `${world.stateDir}/machines/${machine}`;
  const pids = [findSshd(root), findServer(root)].filter((pid) => pid !== undefined);
  assert.equal(pids.length, 2);
  const send = (signal: NodeJS.Signals) => {
    for (const pid of pids) process.kill(pid, signal);
  };
  send('SIGSTOP');
  t.after(() => send('SIGCONT'));
  return { goOn: () => send('SIGCONT') };
}

async function ofInstances() {
  return (await survey(world.inventory, world)).filter((finding) => 'instance' in finding);
}

test('a machine that a person has paused is reported as paused, and left alone until the person resumes it', async (t) => {
  const instance = await available('paused');
  const { goOn } = pause(t, instance);
  const look = await world.provider.lookAtMachine(instance.machine);
  assert.deepEqual([look?.state, look?.paused?.reason, look?.reach], ['running', 'person', undefined]);
  const [finding] = await ofInstances();
  assert.deepEqual([finding?.kind, finding?.instance.identifier], ['machine-paused', 'paused']);

  const { begun } = await reconcileInstances(world.inventory, world, { call: { requestId: 'test' } });
  assert.deepEqual(begun, []);
  assert.equal((await world.provider.lookAtMachine(instance.machine))?.paused?.reason, 'person');
  const [now] = await world.inventory.instances.list({ identifiers: ['paused'] });
  assert.equal(now?.status, 'available');

  goOn();
  assert.equal(await findServerStatus(instance, world), 'running');
  assert.deepEqual(await ofInstances(), []);
});

test('a look at a machine that is off does not start it', async () => {
  const instance = await available('off');
  await world.provider.stopMachine(instance.machine, noProgress());
  assert.equal(await findServerStatus(instance, world), 'off');
  const look = await world.provider.lookAtMachine(instance.machine);
  assert.deepEqual([look?.state, look?.reach], ['stopped', undefined]);
});

test('a machine whose sshd is killed during a step is reached by the next attempt', async () => {
  const instance = await available('killed');
  let killed = false;
  world.interfere(instance.dbiResourceId, async (step, run) => {
    if (step === 'restartPostgres' && !killed) {
      killed = true;
      const sshd = findSshd(`${world.stateDir}/machines/${instance.machine}`);
      assert.ok(sshd);
      process.kill(sshd, 'SIGKILL');
    }
    return run();
  });
  const { dbiResourceId } = instance;
  await world.inventory.instances.change({ dbiResourceId }, { requestId: 'test' }, () => ({
    operation: { type: 'rebootDbInstance' },
  }));
  assert.equal((await world.settle(dbiResourceId))?.status, 'available');
  assert.ok(killed);
});

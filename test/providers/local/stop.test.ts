import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { uidOf } from '../../../src/providers/local/accounts.ts';
import { noProgress } from '../../../src/providers/provider.ts';
import {
  haveOwnUsers,
  type LocalWorld,
  makeLocalWorld,
  makeRunningMachine,
} from '../../support/local/world.ts';
import { findSshd } from '../../support/local-machine.ts';

let world: LocalWorld;
before(async () => {
  world = await makeLocalWorld();
});
after(() => world.remove());

/** The programs that this process starts during the work. */
async function programsOf(work: () => Promise<unknown>): Promise<string[]> {
  const started: ChildProcess[] = [];
  const onStart = (message: unknown) => void started.push((message as { process: ChildProcess }).process);
  subscribe('child_process', onStart);
  await work().finally(() => unsubscribe('child_process', onStart));
  return started.map(({ spawnfile }) => spawnfile);
}

test('a machine that was stopped and not started since is stopped without any program but its lock', async () => {
  const name = 'cornac-stopped';
  await makeRunningMachine(world, name);
  const stop = () => world.provider.stopMachine(name, noProgress());
  await stop();
  assert.deepEqual(await programsOf(stop), ['flock']);
});

test('a machine that was started again after a stop is stopped again', async () => {
  const name = 'cornac-again';
  const root = join(world.stateDir, 'machines', name);
  for (let rounds = 0; rounds < 2; rounds++) {
    await makeRunningMachine(world, name);
    assert.ok(findSshd(root));
    await world.provider.stopMachine(name, noProgress());
    assert.equal(findSshd(root), undefined);
  }
});

test('the end of a machine ends nothing of the user that makes clusters, also not of another Cornac', async (t) => {
  if (!(await haveOwnUsers())) return t.skip('machines share a user here');
  const name = 'cornac-alone';
  await makeRunningMachine(world, name);
  const maker = uidOf('127.0.0.0', await realpath(world.stateDir));
  const work = spawn('sleep', ['600'], { uid: maker, gid: maker, cwd: '/', stdio: 'ignore' });
  const ended = once(work, 'exit');
  await once(work, 'spawn');
  await world.provider.destroyMachine({ name }, noProgress());
  assert.deepEqual([work.exitCode, work.signalCode], [null, null]);
  work.kill();
  assert.deepEqual(await ended, [null, 'SIGTERM']);
});

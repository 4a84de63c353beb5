import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { before, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Rooms } from '../support/hosts.ts';
import { createWorld, quiet, type World } from '../support/world.ts';
import { remove, settled } from '../support/world-operations.ts';
import { createRooms } from './two-hosts.ts';

before(quiet);

test('a worker is killed between the choice of a host and the clone: the create continues on the chosen host', async (t) => {
  const world = await createWorld({ rooms: createRooms(), idle: true });
  t.after(() => world.close());
  const instance = await world.create('killed');

  const doomed = startWorker(t, world, { TEST_DIE_BEFORE: 'ensureMachine', TEST_ROOMS: createRooms() });
  assert.deepEqual(await once(doomed, 'exit'), [null, 'SIGKILL']);
  assert.equal(
    (await world.inventory.instances.find({ dbiResourceId: instance.dbiResourceId }))?.host,
    'kvm1',
  );
  assert.equal(await world.provider.findMachine(instance.machine), undefined);

  // The choice would be kvm2 now.
  const heir = startWorker(t, world, {
    TEST_ROOMS: new Map([...createRooms(), ['kvm1', { memoryMiB: 0, diskGiB: 0 }]]),
  });
  const made = await settled(world, instance);
  assert.deepEqual([made.status, made.host], ['available', 'kvm1']);
  assert.equal((await world.provider.findMachine(instance.machine))?.host, 'kvm1');
  await remove(world, made);
  heir.kill('SIGTERM');
  assert.deepEqual(await once(heir, 'exit'), [0, null]);
});

function startWorker(
  t: TestContext,
  world: World,
  { TEST_ROOMS, ...env }: { TEST_DIE_BEFORE?: string; TEST_ROOMS: Rooms },
) {
  const program = fileURLToPath(new URL('hosts-worker.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program], {
    env: {
      ...process.env,
      ...env,
      TEST_ROOMS: JSON.stringify(Object.fromEntries(TEST_ROOMS)),
      TEST_SECRET_KEY: world.secretKey.toString('hex'),
      CORNAC_STATE_DIR: world.stateDir,
      CORNAC_CONFIG: `${world.stateDir}/cornac.toml`,
      CORNAC_LOCAL_NETWORK: world.config.local.network,
      CORNAC_DATABASE_URL: world.databaseUrl,
      CORNAC_TEMPORAL_ADDRESS: world.environment.address,
      CORNAC_TEMPORAL_TASK_QUEUE: world.taskQueue,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

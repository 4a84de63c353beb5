import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import type { Change } from '../../src/inventory/instances.ts';
import { CALL } from '../support/inventory.ts';
import { unpackOlderVersion, withoutOlderVersion } from '../support/older-version.ts';
import { createWorld, quiet, type World } from '../support/world.ts';

describe('a worker of the previous version', { skip: withoutOlderVersion }, () => {
  let world: World;
  let version: ReturnType<typeof unpackOlderVersion>;
  let older: ChildProcess | undefined;
  let own: Awaited<ReturnType<World['startWorker']>> | undefined;
  let dbiResourceId: string;
  before(async () => {
    quiet();
    version = unpackOlderVersion();
    world = await createWorld({ idle: true });
  });
  after(async () => {
    await end('SIGKILL');
    await own?.stop();
    await world?.close();
    version?.remove();
  });

  const startOlder = async () => {
    const { stateDir, databaseUrl, taskQueue, config, environment } = world;
    older = await version.startWorker({
      CORNAC_STATE_DIR: stateDir,
      CORNAC_CONFIG: config.file,
      CORNAC_LOCAL_NETWORK: config.local.network ?? '',
      CORNAC_DATABASE_URL: `${databaseUrl}?sslmode=disable`,
      CORNAC_TEMPORAL_ADDRESS: environment.address,
      CORNAC_TEMPORAL_TASK_QUEUE: taskQueue,
      CORNAC_LOG_LEVEL: 'fatal',
    });
  };
  const end = async (signal: NodeJS.Signals) => {
    if (!older || older.exitCode !== null || older.signalCode !== null) return;
    older.kill(signal);
    await once(older, 'exit');
  };
  const begin = (change: Change) => world.inventory.instances.change({ dbiResourceId }, CALL, () => change);
  const ends = async (status: string) => assert.equal((await world.settle(dbiResourceId))?.status, status);

  test('continues a create that a worker of this version has begun', async () => {
    let reach: () => void = () => {};
    const reached = new Promise<void>((resolve) => {
      reach = resolve;
    });
    own = await world.startWorker();
    ({ dbiResourceId } = await world.create('handed', async (step, run) => {
      if (step !== 'initCluster') return run();
      reach();
      throw ApplicationFailure.retryable('this worker is about to end');
    }));
    await reached;
    await startOlder();
    await own.stop();
    own = undefined;
    await ends('available');
  });

  test('alone carries out what a gateway of this version promised', async () => {
    await begin({ operation: { type: 'rebootDbInstance' } });
    await ends('available');
    await begin({ operation: { type: 'stopDbInstance' } });
    await ends('stopped');
  });

  test('may be killed during an operation, which a worker of this version continues', async () => {
    await begin({ operation: { type: 'startDbInstance' } });
    const handle = world.temporal.workflow.getHandle(dbiResourceId);
    const isBegun = async () => (await handle.describe()).type === 'startDbInstance';
    for (const until = Date.now() + 60_000; !(await isBegun()); await delay(10)) {
      assert.ok(Date.now() < until);
    }
    await end('SIGKILL');
    own = await world.startWorker();
    await ends('available');
  });

  test('works beside a worker of this version', async () => {
    await startOlder();
    const modification = { allocatedStorage: 6, dbInstanceClass: 'db.t2.small' };
    await begin({ operation: { type: 'modifyDbInstance', input: { modification } } });
    await ends('available');
    await begin({ operation: { type: 'rebootDbInstance' } });
    await ends('available');
    await begin({ operation: { type: 'deleteDbInstance' } });
    assert.equal(await world.settle(dbiResourceId), undefined);
    await end('SIGTERM');
  });
});

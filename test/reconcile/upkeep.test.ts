import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Instance, Pending } from '../../src/model/db-instance/instance.ts';
import { findLatestRun } from '../../src/temporal/runs.ts';
import { createWorld, quiet, type World } from '../support/world.ts';
import { begin, eventsOf, settled } from '../support/world-operations.ts';

let world: World;
before(async () => {
  quiet();
  world = await createWorld();
});
after(() => world?.close());

let rounds = 0;
function reconcile() {
  return world.temporal.workflow.execute('reconcile', {
    workflowId: `upkeep-${rounds++}`,
    taskQueue: world.taskQueue,
  });
}

describe('a modification that waits for the maintenance window', () => {
  const HOUR = 3_600_000;
  const pending: Pending = { allocatedStorage: 6, dbInstanceClass: 'db.t2.small' };
  const day = (time: Date) => time.toUTCString().slice(0, 3).toLowerCase();
  const point = (ms: number) => `${day(new Date(ms))}:${new Date(ms).toISOString().slice(11, 16)}`;
  /** An instance with a pending modification, and a window of two hours that begins in so many hours. */
  const createWaiting = async (identifier: string, hours: number, waits = pending): Promise<Instance> => {
    const instance = await settled(world, await world.create(identifier));
    const start = Date.now() + hours * HOUR;
    const preferredMaintenanceWindow = `${point(start)}-${point(start + 2 * HOUR)}`;
    await begin(world, instance, {
      patch: { pending: waits, preferredMaintenanceWindow },
    });
    return instance;
  };

  test('is applied when the window is open, with the same events as one that is applied at once', async () => {
    const open = await createWaiting('window-open', -1);
    const shut = await createWaiting('window-shut', 1);
    const before = await eventsOf(world, 'window-open');
    await reconcile();

    const modified = await settled(world, open);
    assert.deepEqual(
      [modified.status, modified.allocatedStorage, modified.dbInstanceClass, modified.pending],
      ['available', 6, 'db.t2.small', {}],
    );
    const told = (await eventsOf(world, 'window-open')).slice(before.length);
    assert.deepEqual(told.filter((message) => !message.startsWith('Note')).sort(), [
      'Applying modification to allocated storage',
      'Applying modification to database instance class',
      'Finished applying modification to DB instance class: db.t2.small',
      'Finished applying modification to allocated storage: 6 GiB',
    ]);
    const waiting = await settled(world, shut);
    assert.deepEqual([waiting.allocatedStorage, waiting.pending], [5, pending]);
  });

  test('that is another certificate authority begins no operation', async () => {
    const next = { caCertificateIdentifier: 'cornac-ca-ecc256-g2' };
    const open = await createWaiting('window-authority', -1, next);
    await reconcile();
    const modified = await settled(world, open);
    assert.deepEqual(
      [modified.status, modified.caCertificateIdentifier, modified.pending, modified.operationId],
      ['available', 'cornac-ca-ecc256-g2', {}, null],
    );
    assert.equal((await eventsOf(world, 'window-authority')).includes('Applying modification'), false);
  });
});

// One after the other, because Temporal ends a workflow before it deletes it, and the round of the other test
// would see that.
describe('an operation whose workflow is gone', () => {
  /**
   * A reboot that hangs in its first guest step, and that began long enough ago for the reconciler to look at
   * it.
   */
  const createStuck = async (identifier: string) => {
    const instance = await settled(world, await world.create(identifier));
    const gate = new AbortController();
    const reached = new Promise<void>((resolve) => {
      world.interfere(instance.dbiResourceId, async (step, run) => {
        if (step === 'restartPostgres') {
          resolve();
          while (!gate.signal.aborted) await delay(20);
        }
        return run();
      });
    });
    const { operationId } = await begin(world, instance, { operation: { type: 'rebootDbInstance' } });
    await reached;
    const client = new pg.Client({ connectionString: world.databaseUrl });
    await client.connect();
    await client.query(`UPDATE operation SET started_at = now() - interval '1 minute' WHERE id = $1`, [
      operationId,
    ]);
    await client.end();
    return { instance, operationId, open: () => gate.abort() };
  };

  test('is closed when the workflow was terminated from outside, and the instance gets its true status', async () => {
    const { instance, operationId, open } = await createStuck('terminated');
    await world.temporal.workflow.getHandle(instance.dbiResourceId).terminate('somebody in the Web UI');
    await reconcile();
    const rest = await settled(world, instance);
    assert.equal(rest.status, 'available');
    assert.equal((await world.inventory.operations.find(operationId ?? ''))?.state, 'failed');
    assert.match(
      (await eventsOf(world, 'terminated')).at(-1) ?? '',
      /rebootDbInstance did not succeed: its workflow was terminated/,
    );
    open();
  });

  test('is started again when Temporal has lost the workflow', async () => {
    const { instance, operationId, open } = await createStuck('lost');
    const { temporal } = world;
    const { dbiResourceId: workflowId } = instance;
    const run = await findLatestRun(temporal, workflowId);
    assert.equal(run?.operationId, operationId);
    await temporal.workflowService.deleteWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId, runId: run?.runId ?? '' },
    });
    while ((await findLatestRun(temporal, workflowId))?.operationId === operationId) await delay(50);
    open();
    await reconcile();
    assert.equal((await settled(world, instance)).status, 'available');
    assert.equal((await world.inventory.operations.find(operationId ?? ''))?.state, 'succeeded');
    const again = await findLatestRun(temporal, workflowId);
    assert.equal(again?.operationId, operationId);
    assert.notEqual(again?.runId, run?.runId);
  });
});

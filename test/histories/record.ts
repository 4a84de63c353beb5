import { writeFile } from 'node:fs/promises';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { Change } from '../../src/inventory/instances.ts';
import { newSnapshotId } from '../../src/inventory/new-id.ts';
import { bootstrapQueue } from '../../src/processes/bootstrap-worker.ts';
import { inventorySpec } from '../support/inventory-spec.ts';
import { createWorld, quiet } from '../support/world.ts';
import { begin, beginReplica, beginRestore, settledSnapshot } from '../support/world-operations.ts';

// node --import tsx test/histories/record.ts VERSION [HOST...]: runs every operation once and stores its
// history, which every later version replays. Run it once per release, without hosts, and as VERSION-hosts
// with some hosts. An existing history is never overwritten.
const [version, ...hosts] = process.argv.slice(2);
if (!version) throw new Error('expected the version that the histories are of');

quiet();
const room = { memoryMiB: 8192, diskGiB: 100 };
const world = await createWorld(
  hosts.length > 0 ? { rooms: new Map(hosts.map((host) => [host, room])) } : {},
);
try {
  const save = async (name: string, workflowId: string) => {
    const history = await world.temporal.workflow.getHandle(workflowId).fetchHistory();
    const file = new URL(`${version}.${name}.json`, import.meta.url);
    await writeFile(file, historyToJSON(history), { flag: 'wx' });
  };
  const { dbiResourceId } = await world.create('recorded');
  await world.settle(dbiResourceId);
  await save('createDbInstance', dbiResourceId);

  const modification = { allocatedStorage: 6, dbInstanceClass: 'db.t2.small', masterPassword: true } as const;
  const snapshot = { id: newSnapshotId(), identifier: 'recorded', type: 'manual', tags: [] } as const;
  const changes: readonly Change[] = [
    { operation: { type: 'rebootDbInstance' } },
    { operation: { type: 'modifyDbInstance', input: { modification } } },
    { operation: { type: 'stopDbInstance' } },
    { operation: { type: 'startDbInstance' } },
    { operation: { type: 'recoverDbInstance' } },
    // A provider with hosts has no repository of backups yet.
    ...(hosts.length === 0 ? [{ operation: { type: 'createDbSnapshot' as const }, snapshot }] : []),
    { operation: { type: 'applyDbParameters' } },
    { operation: { type: 'deleteDbInstance' } },
  ];
  for (const change of changes) {
    await world.inventory.instances.change({ dbiResourceId }, { requestId: 'record' }, () => change);
    await world.settle(dbiResourceId);
    // The last step writes to the inventory; Temporal closes the workflow right after it.
    await world.temporal.workflow.getHandle(dbiResourceId).result();
    await save(change.operation?.type ?? '', dbiResourceId);
  }

  if (hosts.length === 0) {
    const made = await world.inventory.snapshots.find({ id: snapshot.id });
    if (!made) throw new Error('the snapshot is missing');
    const restored = await beginRestore(world, 'recorded-restored', made);
    await world.settle(restored.dbiResourceId);
    await world.temporal.workflow.getHandle(restored.dbiResourceId).result();
    await save('restoreDbInstance', restored.dbiResourceId);

    const source = await world.settle((await world.create('recorded-source')).dbiResourceId);
    if (!source) throw new Error('the source is missing');
    const replica = await beginReplica(world, 'recorded-replica', source);
    await world.settle(replica.dbiResourceId);
    await world.temporal.workflow.getHandle(replica.dbiResourceId).result();
    await save('createReadReplica', replica.dbiResourceId);
    await begin(world, replica, { operation: { type: 'promoteReadReplica', input: {} } });
    await world.settle(replica.dbiResourceId);
    await world.temporal.workflow.getHandle(replica.dbiResourceId).result();
    await save('promoteReadReplica', replica.dbiResourceId);

    const deletion = { type: 'deleteDbSnapshot' } as const;
    await world.inventory.snapshots.change('recorded', { requestId: 'record' }, () => ({
      operation: deletion,
    }));
    await settledSnapshot(world, snapshot.id);
    await world.temporal.workflow.getHandle(snapshot.id).result();
    await save(deletion.type, snapshot.id);

    const last = await world.create('recorded-last');
    await world.settle(last.dbiResourceId);
    await world.inventory.instances.change(
      { dbiResourceId: last.dbiResourceId },
      { requestId: 'record' },
      () => ({
        operation: { type: 'deleteDbInstance', input: { finalSnapshot: true } },
        snapshot: { id: newSnapshotId(), identifier: 'recorded-last', type: 'manual', tags: [] },
      }),
    );
    await world.settle(last.dbiResourceId);
    await world.temporal.workflow.getHandle(last.dbiResourceId).result();
    await save('deleteDbInstance-final', last.dbiResourceId);

    const retained = await world.create('recorded-retained');
    await world.settle(retained.dbiResourceId);
    await world.inventory.instances.change(
      { dbiResourceId: retained.dbiResourceId },
      { requestId: 'record' },
      () => ({ operation: { type: 'deleteDbInstance', input: { retainBackups: true } } }),
    );
    await world.settle(retained.dbiResourceId);
    await world.temporal.workflow.getHandle(retained.dbiResourceId).result();
    await save('deleteDbInstance-retained', retained.dbiResourceId);
  }

  const workflowId = 'recorded-reconcile';
  await world.temporal.workflow.execute('reconcile', { workflowId, taskQueue: 'test' });
  await save('reconcile', workflowId);

  // The world has an inventory already, so every step of bootstrap finds its effect. The steps are recorded
  // all the same.
  const bootstrapId = bootstrapQueue(world.taskQueue);
  const bootstrapWorker = await world.createBootstrapWorker(inventorySpec(world));
  await bootstrapWorker.runUntil(
    world.temporal.workflow.execute('bootstrapInventory', {
      workflowId: bootstrapId,
      taskQueue: bootstrapId,
      args: [{ ...(hosts.length > 0 && { needsHost: true }) }],
    }),
  );
  await save('bootstrapInventory', bootstrapId);

  const failing = await world.create('broken', async (step, run) => {
    if (step === 'initCluster') throw new Error('the disk is broken');
    return run();
  });
  await world.inventory.instances.change(
    { dbiResourceId: failing.dbiResourceId },
    { requestId: 'record' },
    () => ({
      operation: { type: 'deleteDbInstance' },
    }),
  );
  const first = world.temporal.workflow.getHandle(failing.dbiResourceId);
  const { runId } = await first.describe();
  await world.settle(failing.dbiResourceId);
  const cancelled = await world.temporal.workflow.getHandle(failing.dbiResourceId, runId).fetchHistory();
  await writeFile(
    new URL(`${version}.createDbInstance-cancelled.json`, import.meta.url),
    historyToJSON(cancelled),
    { flag: 'wx' },
  );
} finally {
  await world.close();
}

import assert from 'node:assert/strict';
import type { Change } from '../../src/inventory/instances.ts';
import { newDbiResourceId } from '../../src/inventory/new-id.ts';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import type { Snapshot } from '../../src/model/db-snapshot/snapshot.ts';
import type { OperationInputs, PointInTime } from '../../src/model/operation/input.ts';
import { CALL, newInstance } from './inventory.ts';
import { waitUntil } from './wait-until.ts';
import { type Interference, LOOK_MS, type World } from './world.ts';

/** Begins an operation, or changes the instance, as a call of the API does. */
export async function begin(world: World, { dbiResourceId }: Instance, change: Change): Promise<Instance> {
  return (await world.inventory.instances.change({ dbiResourceId }, CALL, () => change)).instance;
}

/** The instance when no operation holds it. Fails where the instance is gone. */
export async function settled(world: World, { dbiResourceId }: Instance): Promise<Instance> {
  const instance = await world.settle(dbiResourceId);
  assert.ok(instance, 'the instance is there');
  return instance;
}

export async function operate(world: World, instance: Instance, change: Change): Promise<Instance> {
  await begin(world, instance, change);
  return settled(world, instance);
}

/** Deletes the instance. Fails where its machine is left. */
export async function remove(
  world: World,
  instance: Instance,
  input: OperationInputs['deleteDbInstance'] = {},
): Promise<void> {
  await begin(world, instance, { operation: { type: 'deleteDbInstance', input } });
  assert.equal(await world.settle(instance.dbiResourceId), undefined);
  assert.equal(await world.provider.findMachine(instance.machine), undefined);
}

/** The messages of the events of the instance with this identifier. */
export async function eventsOf(world: World, sourceIdentifier: string): Promise<string[]> {
  const span = { from: new Date(0), to: new Date(), limit: 100 };
  return (await world.inventory.listEvents({ ...span, sourceIdentifier })).map(({ message }) => message);
}

/** Begins to make an instance of a snapshot, as RestoreDBInstanceFromDBSnapshot does. */
export async function beginRestore(
  world: World,
  identifier: string,
  { id, identifier: name, instance }: Snapshot,
  interference?: Interference,
  pointInTime?: PointInTime,
): Promise<Instance> {
  const { engineVersion, masterUsername, dbName, port, allocatedStorage } = instance;
  const kept = { engineVersion, masterUsername, dbName, port, allocatedStorage };
  const wanted = newInstance(identifier, {
    ...kept,
    dbiResourceId: newDbiResourceId(),
    createdAt: new Date(),
  });
  world.interfere(wanted.dbiResourceId, interference);
  return world.inventory.instances.restore(
    wanted,
    { snapshot: { id, identifier: name }, ...(pointInTime && { pointInTime }) },
    CALL,
  );
}

/** Begins to make a read replica of an instance, as CreateDBInstanceReadReplica does. */
export async function beginReplica(
  world: World,
  identifier: string,
  source: Instance,
  interference?: Interference,
): Promise<Instance> {
  const { dbiResourceId, identifier: name, engineVersion, masterUsername, dbName } = source;
  // As ModifyDBInstance does: only an instance with automated backups is a source.
  if (!source.backupRetentionPeriod) await begin(world, source, { patch: { backupRetentionPeriod: 1 } });
  const wanted = newInstance(identifier, {
    ...{ dbiResourceId: newDbiResourceId(), engineVersion, masterUsername, dbName, createdAt: new Date() },
    replicaOf: { dbiResourceId, identifier: name },
  });
  world.interfere(wanted.dbiResourceId, interference);
  return world.inventory.instances.replicate(wanted, CALL);
}

/** Begins the deletion of a snapshot, as DeleteDBSnapshot does. */
export async function beginSnapshotDeletion(world: World, identifier: string): Promise<Snapshot> {
  return world.inventory.snapshots.change(identifier, CALL, () => ({
    operation: { type: 'deleteDbSnapshot' },
  }));
}

/** The snapshot when no operation holds it; undefined when it is gone. */
export async function settledSnapshot(world: World, id: string): Promise<Snapshot | undefined> {
  let found: Snapshot | undefined;
  const isSettled = async () => {
    found = await world.inventory.snapshots.find({ id });
    return found === undefined || found.operationId === null;
  };
  await waitUntil(`the operation on ${id} ends`, isSettled, { everyMs: LOOK_MS });
  return found;
}

import type { Instance } from '../../model/db-instance/instance.ts';
import type { Snapshot } from '../../model/db-snapshot/snapshot.ts';
import type { Transaction } from './client.ts';
import { INSTANCE_ROWS, toInstance } from './rows.ts';
import { toSnapshot } from './snapshot-rows.ts';

/** A reference to an instance: by its present name, or by its permanent id. */
export type InstanceRef = { readonly identifier: string } | { readonly dbiResourceId: string };

/**
 * The instance; its row stays locked until the transaction ends. A caller that decides on the instance's
 * status must hold this lock. Undefined when no such instance exists.
 */
export async function lockInstance(tx: Transaction, ref: InstanceRef): Promise<Instance | undefined> {
  // The lock comes first, so that the read sees what the previous holder wrote.
  await ('identifier' in ref
    ? tx.$queryRaw`SELECT 1 FROM instance WHERE identifier = ${ref.identifier} FOR UPDATE`
    : tx.$queryRaw`SELECT 1 FROM instance WHERE dbi_resource_id = ${ref.dbiResourceId} FOR UPDATE`);
  return toInstance(await tx.instance.findUnique({ where: ref, include: INSTANCE_ROWS }));
}

/** A reference to a DB snapshot: by its name, or by its permanent id. */
export type SnapshotRef = { readonly identifier: string } | { readonly id: string };

/** The same for a DB snapshot. */
export async function lockSnapshot(tx: Transaction, ref: SnapshotRef): Promise<Snapshot | undefined> {
  await ('identifier' in ref
    ? tx.$queryRaw`SELECT 1 FROM db_snapshot WHERE identifier = ${ref.identifier} FOR UPDATE`
    : tx.$queryRaw`SELECT 1 FROM db_snapshot WHERE id = ${ref.id} FOR UPDATE`);
  const row = await tx.snapshot.findUnique({ where: ref });
  return row ? toSnapshot(row) : undefined;
}

/** The resources that an operation holds: the rows with its id. */
export interface Held {
  readonly instances: readonly Instance[];
  readonly snapshots: readonly Snapshot[];
}

/**
 * Locks every row with the operation's id until the transaction ends. Rows are locked in the order of their
 * kinds, and rows of one kind in the order of their ids, so that two transactions do not deadlock.
 */
export async function lockHeld(tx: Transaction, operationId: string): Promise<Held> {
  await tx.$queryRaw`
    SELECT 1 FROM instance WHERE operation_id = ${operationId}::uuid ORDER BY dbi_resource_id FOR UPDATE`;
  await tx.$queryRaw`
    SELECT 1 FROM db_snapshot WHERE operation_id = ${operationId}::uuid ORDER BY id FOR UPDATE`;
  const instances = await tx.instance.findMany({
    where: { operationId },
    orderBy: { dbiResourceId: 'asc' },
    include: INSTANCE_ROWS,
  });
  const snapshots = await tx.snapshot.findMany({ where: { operationId }, orderBy: { id: 'asc' } });
  return {
    instances: instances.flatMap((row) => toInstance(row) ?? []),
    snapshots: snapshots.map(toSnapshot),
  };
}

import type { Instance } from '../../model/db-instance/instance.ts';
import type { Transaction } from './client.ts';
import { INSTANCE_ROWS, toInstance } from './rows.ts';

/** How a caller names an instance: by the name it has now, or by what it will always be. */
export type InstanceRef = { readonly identifier: string } | { readonly dbiResourceId: string };

/**
 * The instance, its row locked until the transaction ends: whoever decides on its status must hold this.
 * Undefined when there is none.
 */
export async function lockInstance(tx: Transaction, ref: InstanceRef): Promise<Instance | undefined> {
  // The lock first, then the read: the read then sees what the holder before us wrote.
  await ('identifier' in ref
    ? tx.$queryRaw`SELECT 1 FROM instance WHERE identifier = ${ref.identifier} FOR UPDATE`
    : tx.$queryRaw`SELECT 1 FROM instance WHERE dbi_resource_id = ${ref.dbiResourceId} FOR UPDATE`);
  return toInstance(await tx.instance.findUnique({ where: ref, include: INSTANCE_ROWS }));
}

/** The resources that an operation holds: rows that bear its id. */
export interface Held {
  readonly instances: readonly Instance[];
}

/**
 * Locks every row that bears the operation until the transaction ends. Rows of one kind are locked in the order of their
 * ids, so that two transactions wait for each other and do not block each other.
 */
export async function lockHeld(tx: Transaction, operationId: string): Promise<Held> {
  await tx.$queryRaw`
    SELECT 1 FROM instance WHERE operation_id = ${operationId}::uuid ORDER BY dbi_resource_id FOR UPDATE`;
  const rows = await tx.instance.findMany({
    where: { operationId },
    orderBy: { dbiResourceId: 'asc' },
    include: INSTANCE_ROWS,
  });
  return { instances: rows.flatMap((row) => toInstance(row) ?? []) };
}

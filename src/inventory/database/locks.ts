import type { Instance } from '../../model/db-instance/instance.ts';
import type { Transaction } from './client.ts';
import { toInstance } from './rows.ts';

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
  const row = await tx.instance.findUnique({ where: ref });
  return row ? toInstance(row) : undefined;
}

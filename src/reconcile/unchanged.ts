import type { Inventory } from '../inventory/inventory.ts';
import type { Instance } from '../model/db-instance/instance.ts';

/**
 * The instances whose row was not written since they were read. The list returns the same object for an
 * unchanged row.
 */
export async function findUnchanged(
  { instances }: Pick<Inventory, 'instances'>,
  seen: readonly Instance[],
): Promise<Instance[]> {
  if (seen.length === 0) return [];
  const dbiResourceIds = seen.map(({ dbiResourceId }) => dbiResourceId);
  const now = new Set(await instances.list({ dbiResourceIds }));
  return seen.filter((instance) => now.has(instance));
}

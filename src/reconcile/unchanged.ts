import type { Inventory } from '../inventory/inventory.ts';
import type { Instance } from '../model/db-instance/instance.ts';

/** Those of these instances whose row nobody has written to since they were read: the list gives the very same object. */
export async function findUnchanged(
  { instances }: Pick<Inventory, 'instances'>,
  seen: readonly Instance[],
): Promise<Instance[]> {
  if (seen.length === 0) return [];
  const dbiResourceIds = seen.map(({ dbiResourceId }) => dbiResourceId);
  const now = new Set(await instances.list({ dbiResourceIds }));
  return seen.filter((instance) => now.has(instance));
}

import type { Inventory } from '../../../inventory/inventory.ts';
import type { Instance } from '../../../model/db-instance/instance.ts';
import { dbInstanceNotFound } from '../../../model/errors.ts';
import type { Owner } from '../../../model/owner.ts';
import { resourceNameOf } from '../../request/resource-name.ts';

/**
 * The instance that a request names by identifier or ARN.
 * @throws dbInstanceNotFound
 */
export async function requireInstance(
  named: string,
  { inventory, owner }: { readonly inventory: Pick<Inventory, 'instances'>; readonly owner: Owner },
): Promise<Instance> {
  const identifier = resourceNameOf('db-instance', named, owner);
  const [found] =
    identifier === undefined ? [] : await inventory.instances.list({ identifiers: [identifier] });
  if (!found) throw dbInstanceNotFound(named);
  return found;
}

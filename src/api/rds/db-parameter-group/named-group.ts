import type { Inventory } from '../../../inventory/inventory.ts';
import type { ParameterGroup } from '../../../model/db-parameter-group/parameter-group.ts';
import { dbParameterGroupNotFound, invalidParameterValue } from '../../../model/errors.ts';
import type { Owner } from '../../../model/owner.ts';
import { resourceNameOf } from '../../request/resource-name.ts';

/** The group that a request names by name or ARN. */
export async function requireGroup(
  named: string | undefined,
  { inventory, owner }: { readonly inventory: Pick<Inventory, 'parameterGroups'>; readonly owner: Owner },
  member = 'DBParameterGroupName',
): Promise<ParameterGroup> {
  if (named === undefined) {
    throw invalidParameterValue(`The parameter ${member} must be provided and must not be blank.`);
  }
  const name = resourceNameOf('db-parameter-group', named, owner);
  const group = name === undefined ? undefined : await inventory.parameterGroups.find(name);
  if (!group) throw dbParameterGroupNotFound(named);
  return group;
}

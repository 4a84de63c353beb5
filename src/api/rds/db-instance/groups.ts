import type { Inventory } from '../../../inventory/inventory.ts';
import type { Instance } from '../../../model/db-instance/instance.ts';
import { isDefaultSubnetGroup, type SubnetGroup } from '../../../model/db-subnet-group/subnet-group.ts';
import { dbSubnetGroupNotFound } from '../../../model/errors.ts';

/** Members of a request that name groups of an instance. */
interface GroupsRequest {
  readonly DBSubnetGroupName?: string | undefined;
}

/** The groups that a request names, as far as they exist. */
export interface NamedGroups {
  readonly subnetGroup: SubnetGroup | undefined;
}

/** Reads the named groups before the other checks, because these cannot wait for the inventory. */
export async function findNamedGroups(
  { DBSubnetGroupName }: GroupsRequest,
  { subnetGroups }: Pick<Inventory, 'subnetGroups'>,
): Promise<NamedGroups> {
  return {
    subnetGroup:
      DBSubnetGroupName === undefined ? undefined : await subnetGroups.find(DBSubnetGroupName.toLowerCase()),
  };
}

/**
 * The DB subnet group of the request: null for the default group, undefined where the request names none.
 * @throws dbSubnetGroupNotFound
 */
export function readSubnetGroup(
  { DBSubnetGroupName: name }: GroupsRequest,
  { subnetGroup }: NamedGroups,
): Instance['dbSubnetGroup'] {
  if (name === undefined) return undefined;
  if (!subnetGroup) throw dbSubnetGroupNotFound(name);
  if (isDefaultSubnetGroup(subnetGroup)) return null;
  const { tags: _, ...shown } = subnetGroup;
  return shown;
}

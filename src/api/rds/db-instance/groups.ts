import type { Inventory } from '../../../inventory/inventory.ts';
import type { Instance } from '../../../model/db-instance/instance.ts';
import { isDefaultSubnetGroup, type SubnetGroup } from '../../../model/db-subnet-group/subnet-group.ts';
import { defaultOptionGroup } from '../../../model/engine/engine-version.ts';
import { dbSubnetGroupNotFound, optionGroupNotFound } from '../../../model/errors.ts';
import { type OptionGroup, refuseOtherMajor } from '../../../model/option-group/option-group.ts';

/** Members of a request that name groups of an instance. */
interface GroupsRequest {
  readonly DBSubnetGroupName?: string | undefined;
  readonly OptionGroupName?: string | undefined;
}

/** The groups that a request names, as far as they exist. */
export interface NamedGroups {
  readonly subnetGroup: SubnetGroup | undefined;
  readonly optionGroup: OptionGroup | undefined;
}

/** Reads the named groups before the other checks, because these cannot wait for the inventory. */
export async function findNamedGroups(
  { DBSubnetGroupName, OptionGroupName }: GroupsRequest,
  { subnetGroups, optionGroups }: Pick<Inventory, 'subnetGroups' | 'optionGroups'>,
): Promise<NamedGroups> {
  return {
    subnetGroup:
      DBSubnetGroupName === undefined ? undefined : await subnetGroups.find(DBSubnetGroupName.toLowerCase()),
    optionGroup:
      OptionGroupName === undefined ? undefined : await optionGroups.find(OptionGroupName.toLowerCase()),
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

/**
 * The same for the option group of an instance of this version.
 * @throws optionGroupNotFound, invalidParameterCombination
 */
export function readOptionGroup(
  { OptionGroupName: name }: GroupsRequest,
  { optionGroup }: NamedGroups,
  engineVersion: string,
): Instance['optionGroupName'] {
  if (name === undefined) return undefined;
  if (name.toLowerCase() === defaultOptionGroup(engineVersion)) return null;
  if (!optionGroup) throw optionGroupNotFound(name);
  refuseOtherMajor(optionGroup, engineVersion);
  return optionGroup.name;
}

import type { Inventory } from '../../../inventory/inventory.ts';
import type { Instance } from '../../../model/db-instance/instance.ts';
import { choose } from '../../../model/db-parameter-group/applied-parameters.ts';
import { type ParameterGroup, refuseOtherFamily } from '../../../model/db-parameter-group/parameter-group.ts';
import { isDefaultSubnetGroup, type SubnetGroup } from '../../../model/db-subnet-group/subnet-group.ts';
import { defaultOptionGroup, defaultParameterGroup } from '../../../model/engine/engine-version.ts';
import {
  dbParameterGroupNotFound,
  dbSubnetGroupNotFound,
  optionGroupNotFound,
} from '../../../model/errors.ts';
import { type OptionGroup, refuseOtherMajor } from '../../../model/option-group/option-group.ts';

/** Members of a request that name groups of an instance. */
export interface GroupsRequest {
  readonly DBParameterGroupName?: string | undefined;
  readonly DBSubnetGroupName?: string | undefined;
  readonly OptionGroupName?: string | undefined;
}

/** The groups that a request names, as far as they exist. */
export interface NamedGroups {
  readonly parameterGroup: ParameterGroup | undefined;
  readonly subnetGroup: SubnetGroup | undefined;
  readonly optionGroup: OptionGroup | undefined;
}

/** Reads the named groups before the other checks, because these cannot wait for the inventory. */
export async function findNamedGroups(
  { DBParameterGroupName, DBSubnetGroupName, OptionGroupName }: GroupsRequest,
  inventory: Pick<Inventory, 'parameterGroups' | 'subnetGroups' | 'optionGroups'>,
): Promise<NamedGroups> {
  const [parameterGroup, subnetGroup, optionGroup] = await Promise.all([
    findNamed(inventory.parameterGroups, DBParameterGroupName),
    findNamed(inventory.subnetGroups, DBSubnetGroupName),
    findNamed(inventory.optionGroups, OptionGroupName),
  ]);
  return { parameterGroup, subnetGroup, optionGroup };
}

async function findNamed<Group>(
  groups: { find(name: string): Promise<Group | undefined> },
  name: string | undefined,
): Promise<Group | undefined> {
  return name === undefined ? undefined : groups.find(name.toLowerCase());
}

/**
 * The parameter group of the request for an instance of this version: null for the default group, undefined where the
 * request names none.
 * @throws dbParameterGroupNotFound, invalidParameterCombination
 */
export function readParameterGroup(
  { DBParameterGroupName }: GroupsRequest,
  { parameterGroup }: NamedGroups,
  engineVersion: string,
): Instance['parameterGroup'] {
  const name = DBParameterGroupName?.toLowerCase();
  if (name === undefined) return undefined;
  if (name === defaultParameterGroup(engineVersion)) return null;
  const [, family] = /^default\.(postgres\d+)$/.exec(name) ?? [];
  if (family) refuseOtherFamily({ name, family }, engineVersion);
  if (!parameterGroup) throw dbParameterGroupNotFound(name);
  refuseOtherFamily(parameterGroup, engineVersion);
  return choose(parameterGroup);
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

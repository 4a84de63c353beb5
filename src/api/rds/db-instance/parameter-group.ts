import type { Inventory } from '../../../inventory/inventory.ts';
import type { Instance } from '../../../model/db-instance/instance.ts';
import { type ParameterGroup, refuseOtherFamily } from '../../../model/db-parameter-group/parameter-group.ts';
import { defaultParameterGroup } from '../../../model/engine/engine-version.ts';
import { dbParameterGroupNotFound } from '../../../model/errors.ts';

/** DBParameterGroupName of a request, and the user's group of this name if it exists. */
export interface NamedGroup {
  readonly name: string | undefined;
  readonly found: ParameterGroup | undefined;
}

/** Reads the group that a request names. Whether an instance can have it is checked by `chooseGroup`. */
export async function findNamedGroup(
  { DBParameterGroupName }: { readonly DBParameterGroupName?: string | undefined },
  { parameterGroups }: Pick<Inventory, 'parameterGroups'>,
): Promise<NamedGroup> {
  const name = DBParameterGroupName?.toLowerCase();
  return { name, found: name === undefined ? undefined : await parameterGroups.find(name) };
}

/**
 * The group of a request for an instance of this version: null for the default group, undefined where the request
 * names none.
 * @throws dbParameterGroupNotFound, invalidParameterCombination
 */
export function chooseGroup({ name, found }: NamedGroup, engineVersion: string): Instance['parameterGroup'] {
  if (name === undefined) return undefined;
  if (name === defaultParameterGroup(engineVersion)) return null;
  const [, family] = /^default\.(postgres\d+)$/.exec(name) ?? [];
  if (family) refuseOtherFamily({ name, family }, engineVersion);
  if (!found) throw dbParameterGroupNotFound(name);
  refuseOtherFamily(found, engineVersion);
  return { name, parameters: found.parameters };
}

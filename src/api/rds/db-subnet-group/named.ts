import { dbSubnetGroupNotFound } from '../../../model/errors.ts';
import type { Owner } from '../../../model/owner.ts';
import { resourceNameOf } from '../../request/resource-name.ts';

/**
 * The name of the group that the request names by name or ARN. Whether the group exists is not checked.
 * @throws dbSubnetGroupNotFound for an ARN of something else
 */
export function subnetGroupNameOf(text: string | undefined, owner: Owner): string {
  const name = resourceNameOf('db-subnet-group', text ?? '', owner);
  if (name === undefined) throw dbSubnetGroupNotFound(text ?? '');
  return name;
}

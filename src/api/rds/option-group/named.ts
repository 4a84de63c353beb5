import { optionGroupNotFound } from '../../../model/errors.ts';
import type { Owner } from '../../../model/owner.ts';
import { resourceNameOf } from '../../request/resource-name.ts';

/**
 * The name of the group that the request names by name or ARN. Whether the group exists is not checked.
 * @throws optionGroupNotFound for an ARN of something else
 */
export function optionGroupNameOf(text: string | undefined, owner: Owner): string {
  const name = resourceNameOf('option-group', text ?? '', owner);
  if (name === undefined) throw optionGroupNotFound(text ?? '');
  return name;
}

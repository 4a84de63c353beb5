import { parseArn } from '../../../model/arn.ts';
import { invalidParameterValue } from '../../../model/errors.ts';
import type { Owner } from '../../../model/owner.ts';
import type { NamedResource } from '../../../model/resource.ts';
import { readResourceArn } from '../../request/resource-name.ts';

/**
 * The resource in ResourceName. Whether the resource exists is not checked.
 * @throws invalidParameterValue for a text that is no ARN, an ARN of another owner, and a kind that Cornac
 *   does not have
 */
export function taggedResource(resourceName: string | undefined, owner: Owner): NamedResource {
  const text = resourceName ?? '';
  if (!parseArn(text)) throw invalidParameterValue(`Invalid resource name: ${text}`);
  const resource = readResourceArn(text, owner);
  if (!resource) {
    throw invalidParameterValue('The specified resource name does not match an RDS resource in this region.');
  }
  return resource;
}

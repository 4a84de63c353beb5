import type { Config } from '../../../config/config.ts';
import { parseArn } from '../../../model/arn.ts';
import { invalidParameterValue } from '../../../model/errors.ts';
import type { NamedResource } from '../../../model/resource.ts';
import { readResourceArn } from '../../request/resource-name.ts';

/**
 * The resource in ResourceName. Whether the resource exists is not checked.
 * @throws invalidParameterValue for a text that is no ARN, an ARN of another owner, and a kind that Cornac
 *   does not have
 */
export function taggedResource(
  resourceName: string | undefined,
  config: Pick<Config, 'regions' | 'accountId'>,
): NamedResource {
  const text = resourceName ?? '';
  if (!parseArn(text)) throw invalidParameterValue(`Invalid resource name: ${text}`);
  const resource = readResourceArn(text, config);
  if (!resource) {
    throw invalidParameterValue('The specified resource name does not match an RDS resource in this region.');
  }
  return resource;
}

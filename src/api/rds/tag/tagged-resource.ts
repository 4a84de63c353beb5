import type { Config } from '../../../config/config.ts';
import { parseArn } from '../../../model/arn.ts';
import { invalidParameterValue } from '../../../model/errors.ts';
import type { NamedResource } from '../../../model/resource.ts';
import { readResourceArn } from '../../request/resource-name.ts';

/**
 * The resource that ResourceName names. Whether there is one is another question.
 * @throws invalidParameterValue for what is no ARN, that of another owner, and that of a kind which Cornac lacks
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

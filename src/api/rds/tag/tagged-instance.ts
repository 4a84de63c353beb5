import type { Config } from '../../../config/config.ts';
import { parseArn } from '../../../model/arn.ts';
import { invalidParameterValue } from '../../../model/errors.ts';
import { instanceIdentifierOf } from '../../request/resource-name.ts';

/**
 * The instance that ResourceName names. Whether there is one is another question.
 * @throws invalidParameterValue for what is no ARN, or that of something which is not here
 */
export function taggedInstance(
  resourceName: string | undefined,
  config: Pick<Config, 'regions' | 'accountId'>,
): { identifier: string } {
  const text = resourceName ?? '';
  if (!parseArn(text)) throw invalidParameterValue(`Invalid resource name: ${text}`);
  const identifier = instanceIdentifierOf(text, config);
  if (identifier === undefined) {
    throw invalidParameterValue('The specified resource name does not match an RDS resource in this region.');
  }
  return { identifier };
}

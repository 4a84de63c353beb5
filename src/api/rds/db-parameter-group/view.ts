import type { DBParameterGroup } from '@aws-sdk/client-rds';
import type { Config } from '../../../config/config.ts';
import type { ParameterGroup } from '../../../model/db-parameter-group/parameter-group.ts';
import { resourceArn } from '../resource-arn.ts';

/** The group as RDS shows it. */
export function toDBParameterGroup(
  { name, family, description }: ParameterGroup,
  config: Pick<Config, 'regions' | 'accountId'>,
): DBParameterGroup {
  return {
    DBParameterGroupName: name,
    DBParameterGroupFamily: family,
    Description: description,
    DBParameterGroupArn: resourceArn({ kind: 'db-parameter-group', name }, config),
  };
}

import type { DBParameterGroup } from '@aws-sdk/client-rds';
import type { ParameterGroup } from '../../../model/db-parameter-group/parameter-group.ts';
import type { Owner } from '../../../model/owner.ts';
import { resourceArn } from '../resource-arn.ts';

/** The group as RDS shows it. */
export function toDBParameterGroup(
  { name, family, description }: Pick<ParameterGroup, 'name' | 'family' | 'description'>,
  owner: Owner,
): DBParameterGroup {
  return {
    DBParameterGroupName: name,
    DBParameterGroupFamily: family,
    Description: description,
    DBParameterGroupArn: resourceArn({ kind: 'db-parameter-group', name }, owner),
  };
}

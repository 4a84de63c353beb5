import type { Parameter } from '@aws-sdk/client-rds';
import {
  type RequestedParameter,
  setParameters,
} from '../../../model/db-parameter-group/change-parameters.ts';
import { action } from '../../action.ts';
import { changeGroup } from './change-group.ts';

/** The part of a parameter that a request may set. The other members come back as DescribeDBParameters shows them. */
export function toRequested({ ParameterName, ParameterValue, ApplyMethod }: Parameter): RequestedParameter {
  return { name: ParameterName, value: ParameterValue, applyMethod: ApplyMethod };
}

/** Sets up to 20 parameters. All of them are set, or none. */
export const modifyDBParameterGroup = action(
  'ModifyDBParameterGroup',
  async ({ DBParameterGroupName, Parameters = [] }, context) =>
    changeGroup(DBParameterGroupName, context, (group) => setParameters(group, Parameters.map(toRequested))),
);

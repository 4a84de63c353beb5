import { resetAllParameters, resetParameters } from '../../../model/db-parameter-group/change-parameters.ts';
import { invalidParameterCombination } from '../../../model/errors.ts';
import { action } from '../../action.ts';
import { changeGroup } from './change-group.ts';
import { toRequested } from './modify.ts';

/** Puts parameters back to their defaults: those that are named, or all. */
export const resetDBParameterGroup = action(
  'ResetDBParameterGroup',
  async ({ DBParameterGroupName, ResetAllParameters, Parameters = [] }, context) => {
    // RDS resets all where the request names none.
    const resetsAll = ResetAllParameters ?? Parameters.length === 0;
    if (resetsAll && Parameters.length > 0) {
      throw invalidParameterCombination('Parameters cannot be named when ResetAllParameters is true.');
    }
    return changeGroup(DBParameterGroupName, context, (group) =>
      resetsAll ? resetAllParameters(group) : resetParameters(group, Parameters.map(toRequested)),
    );
  },
);

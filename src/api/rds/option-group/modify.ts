import type { ModifyOptionGroupMessage } from '@aws-sdk/client-rds';
import { invalidParameterCombination, invalidParameterValue } from '../../../model/errors.ts';
import { refuseAll } from '../../../model/refusals.ts';
import { action } from '../../action.ts';
import { optionGroupNameOf } from './named.ts';

/** PostgreSQL has no option that could be included, so no group has one that could be removed. */
function optionsOf({ OptionsToInclude = [], OptionsToRemove = [] }: ModifyOptionGroupMessage): string[] {
  return [...OptionsToInclude.map(({ OptionName = '' }) => OptionName), ...OptionsToRemove];
}

/** Refuses every change of a group that exists, because a group has nothing that can change. */
export const modifyOptionGroup = action('ModifyOptionGroup', async (input, { inventory, owner }) => {
  await inventory.optionGroups.requireOwn(optionGroupNameOf(input.OptionGroupName, owner));
  const options = optionsOf(input);
  if (options.length === 0) {
    throw invalidParameterCombination('Either OptionsToInclude or OptionsToRemove must be specified.');
  }
  refuseAll(options.map((name) => invalidParameterValue(`Invalid option name: ${name}`)));
  return {};
});

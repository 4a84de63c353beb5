import { action } from '../../action.ts';
import { optionGroupNameOf } from './named.ts';

/** Deletes a group that no instance has. */
export const deleteOptionGroup = action(
  'DeleteOptionGroup',
  async ({ OptionGroupName }, { inventory, owner, requestId, invocation }) => {
    const name = optionGroupNameOf(OptionGroupName, owner);
    await inventory.optionGroups.remove(name, { requestId, invocation, answer: () => ({}) });
    return undefined;
  },
);

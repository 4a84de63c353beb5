import { refuseToDeleteDefaultGroup } from '../../../model/db-parameter-group/parameter-group.ts';
import { action } from '../../action.ts';
import { requireGroup } from './named-group.ts';

/** Deletes a group that no instance uses. */
export const deleteDBParameterGroup = action(
  'DeleteDBParameterGroup',
  async ({ DBParameterGroupName }, { inventory, owner, requestId, invocation }) => {
    const { name } = await requireGroup(DBParameterGroupName, { inventory, owner });
    refuseToDeleteDefaultGroup(name);
    await inventory.parameterGroups.delete(name, { requestId, invocation, answer: () => ({}) });
    return undefined;
  },
);

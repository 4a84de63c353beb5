import { action } from '../../action.ts';
import { subnetGroupNameOf } from './named.ts';

/** Deletes a group that no instance is in. */
export const deleteDBSubnetGroup = action(
  'DeleteDBSubnetGroup',
  async ({ DBSubnetGroupName }, { inventory, owner, requestId, invocation }) => {
    const name = subnetGroupNameOf(DBSubnetGroupName, owner);
    await inventory.subnetGroups.remove(name, { requestId, invocation, answer: () => ({}) });
    return undefined;
  },
);

import { readSubnetIds, type SubnetGroup } from '../../../model/db-subnet-group/subnet-group.ts';
import { readDescription } from '../../../model/description.ts';
import { checkAll } from '../../../model/refusals.ts';
import { action } from '../../action.ts';
import { subnetGroupNameOf } from './named.ts';
import { toDBSubnetGroup } from './view.ts';

/** Replaces the subnets of a group, and its description where one is given. */
export const modifyDBSubnetGroup = action(
  'ModifyDBSubnetGroup',
  async (input, { inventory, owner, requestId, invocation }) => {
    const { DBSubnetGroupName, DBSubnetGroupDescription, SubnetIds = [] } = input;
    const name = subnetGroupNameOf(DBSubnetGroupName, owner);
    const { description, subnetIds } = checkAll({
      description: () =>
        DBSubnetGroupDescription === undefined
          ? undefined
          : readDescription('DBSubnetGroupDescription', DBSubnetGroupDescription),
      subnetIds: () => readSubnetIds(SubnetIds, owner.region),
    });
    const answer = (changed: SubnetGroup) => ({ DBSubnetGroup: toDBSubnetGroup(changed, owner) });
    const call = { requestId, invocation, answer };
    return answer(
      await inventory.subnetGroups.change(name, call, () => ({
        subnetIds,
        ...(description !== undefined && { description }),
      })),
    );
  },
);

import {
  readSubnetGroupName,
  readSubnetIds,
  type SubnetGroup,
} from '../../../model/db-subnet-group/subnet-group.ts';
import { readDescription } from '../../../model/description.ts';
import { checkAll } from '../../../model/refusals.ts';
import { addTags } from '../../../model/tags.ts';
import { action } from '../../action.ts';
import { toDBSubnetGroup } from './view.ts';

/** Keeps a group that instances may name. Its subnets lead no instance into another network. */
export const createDBSubnetGroup = action(
  'CreateDBSubnetGroup',
  async (input, { inventory, owner, requestId, invocation }) => {
    const { DBSubnetGroupName = '', DBSubnetGroupDescription = '', SubnetIds = [], Tags = [] } = input;
    const group: SubnetGroup = checkAll({
      name: () => readSubnetGroupName(DBSubnetGroupName),
      description: () => readDescription('DBSubnetGroupDescription', DBSubnetGroupDescription),
      subnetIds: () => readSubnetIds(SubnetIds, owner.region),
      tags: () => addTags([], Tags),
    });
    const answer = (made: SubnetGroup) => ({ DBSubnetGroup: toDBSubnetGroup(made, owner) });
    return answer(await inventory.subnetGroups.create(group, { requestId, invocation, answer }));
  },
);

import {
  type ParameterGroup,
  readFamily,
  readGroupName,
} from '../../../model/db-parameter-group/parameter-group.ts';
import { readDescription } from '../../../model/description.ts';
import { checkAll } from '../../../model/refusals.ts';
import { addTags } from '../../../model/tags.ts';
import { action } from '../../action.ts';
import { toDBParameterGroup } from './view.ts';

/** Makes a group with the values of the family's default group. */
export const createDBParameterGroup = action(
  'CreateDBParameterGroup',
  async (input, { inventory, owner, requestId, invocation }) => {
    const group: ParameterGroup = {
      ...checkAll({
        name: () => readGroupName('DBParameterGroupName', input.DBParameterGroupName ?? ''),
        family: () => readFamily(input.DBParameterGroupFamily ?? ''),
        description: () => readDescription('Description', input.Description ?? '', 1),
        tags: () => addTags([], input.Tags ?? []),
      }),
      parameters: {},
    };
    const answer = (made: ParameterGroup) => ({ DBParameterGroup: toDBParameterGroup(made, owner) });
    return answer(await inventory.parameterGroups.create(group, { requestId, invocation, answer }));
  },
);

import {
  isDefaultGroup,
  type ParameterGroup,
  readGroupName,
} from '../../../model/db-parameter-group/parameter-group.ts';
import { readDescription } from '../../../model/description.ts';
import { invalidParameterValue } from '../../../model/errors.ts';
import { checkAll } from '../../../model/refusals.ts';
import { addTags } from '../../../model/tags.ts';
import { action } from '../../action.ts';
import { requireGroup } from './named-group.ts';
import { toDBParameterGroup } from './view.ts';

const SOURCE = 'SourceDBParameterGroupIdentifier';
const TARGET = 'TargetDBParameterGroupIdentifier';

/** Makes a group with the parameters of another. The tags of the source are not copied. */
export const copyDBParameterGroup = action(
  'CopyDBParameterGroup',
  async (input, { inventory, owner, requestId, invocation }) => {
    const read = checkAll({
      name: () => readGroupName(TARGET, input.TargetDBParameterGroupIdentifier ?? ''),
      description: () =>
        readDescription(
          'TargetDBParameterGroupDescription',
          input.TargetDBParameterGroupDescription ?? '',
          1,
        ),
      tags: () => addTags([], input.Tags ?? []),
    });
    const source = await requireGroup(input[SOURCE], { inventory, owner }, SOURCE);
    if (isDefaultGroup(source.name)) {
      throw invalidParameterValue(
        `The parameter group ${source.name} is a default group and cannot be copied. Create a group of its family instead.`,
      );
    }
    const { family } = source;
    // A reset that waits for the source's instances means nothing for a new group.
    const set = Object.entries(source.parameters).filter(([, { value }]) => value !== null);
    const parameters = Object.fromEntries(set);
    const answer = (made: ParameterGroup) => ({ DBParameterGroup: toDBParameterGroup(made, owner) });
    const call = { requestId, invocation, answer };
    return answer(await inventory.parameterGroups.create({ ...read, family, parameters }, call));
  },
);

import { readDescription } from '../../../model/description.ts';
import { optionGroupNotFound } from '../../../model/errors.ts';
import { type OptionGroup, readOptionGroupName } from '../../../model/option-group/option-group.ts';
import { checkAll } from '../../../model/refusals.ts';
import { addTags } from '../../../model/tags.ts';
import { action } from '../../action.ts';
import { optionGroupNameOf } from './named.ts';
import { toOptionGroup } from './view.ts';

/** Makes a group for the major version of another one. Tags are not copied. */
export const copyOptionGroup = action(
  'CopyOptionGroup',
  async (input, { inventory, owner, requestId, invocation }) => {
    const {
      SourceOptionGroupIdentifier = '',
      TargetOptionGroupIdentifier = '',
      TargetOptionGroupDescription = '',
      Tags = [],
    } = input;
    const members = checkAll({
      name: () => readOptionGroupName('TargetOptionGroupIdentifier', TargetOptionGroupIdentifier),
      description: () => readDescription('TargetOptionGroupDescription', TargetOptionGroupDescription),
      tags: () => addTags([], Tags),
    });
    const source = await inventory.optionGroups.find(optionGroupNameOf(SourceOptionGroupIdentifier, owner));
    if (!source) throw optionGroupNotFound(SourceOptionGroupIdentifier);

    const answer = (made: OptionGroup) => ({ OptionGroup: toOptionGroup(made, owner) });
    const { majorVersion, name } = source;
    const copy = { ...members, majorVersion, source: name };
    return answer(await inventory.optionGroups.create(copy, { requestId, invocation, answer }));
  },
);

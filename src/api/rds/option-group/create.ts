import { readDescription } from '../../../model/description.ts';
import { majorsOf } from '../../../model/engine/major-version.ts';
import { invalidParameterCombination } from '../../../model/errors.ts';
import { type OptionGroup, readOptionGroupName } from '../../../model/option-group/option-group.ts';
import { checkAll } from '../../../model/refusals.ts';
import { addTags } from '../../../model/tags.ts';
import { action } from '../../action.ts';
import { refuseOtherEngine } from '../db-instance/rules.ts';
import { toOptionGroup } from './view.ts';

function readMajor(major: string, offered: readonly string[]): string {
  if (majorsOf(offered).includes(major)) return major;
  throw invalidParameterCombination(`Cannot find major version ${major} for postgres`);
}

/** Keeps an empty group that instances of its major version may name. */
export const createOptionGroup = action(
  'CreateOptionGroup',
  async (input, { inventory, owner, requestId, invocation }) => {
    const { OptionGroupName = '', MajorEngineVersion = '', OptionGroupDescription = '', Tags = [] } = input;
    const offered = await inventory.engineVersions.list();
    const { engine: _, ...members } = checkAll({
      name: () => readOptionGroupName('OptionGroupName', OptionGroupName),
      engine: () => refuseOtherEngine(input.EngineName),
      majorVersion: () => readMajor(MajorEngineVersion, offered),
      description: () => readDescription('OptionGroupDescription', OptionGroupDescription),
      tags: () => addTags([], Tags),
    });
    const answer = (made: OptionGroup) => ({ OptionGroup: toOptionGroup(made, owner) });
    const call = { requestId, invocation, answer };
    return answer(await inventory.optionGroups.create({ ...members, source: null }, call));
  },
);

import type { DescribeOptionGroupsMessage } from '@aws-sdk/client-rds';
import { invalidParameterCombination, optionGroupNotFound } from '../../../model/errors.ts';
import { checkAll } from '../../../model/refusals.ts';
import { action } from '../../action.ts';
import { refuseFilters } from '../../request/filters.ts';
import { pageOf, readPageRequest } from '../../request/page.ts';
import { isOfferedEngine } from '../engine/rds-engines.ts';
import { optionGroupNameOf } from './named.ts';
import { toOptionGroup } from './view.ts';

function refuseBadCombination({
  OptionGroupName: name,
  EngineName: engine,
  MajorEngineVersion: major,
}: DescribeOptionGroupsMessage): void {
  if (name !== undefined && (engine !== undefined || major !== undefined)) {
    throw invalidParameterCombination(
      'OptionGroupName cannot be specified together with EngineName or MajorEngineVersion.',
    );
  }
  if (major !== undefined && engine === undefined) {
    throw invalidParameterCombination('EngineName must be specified together with MajorEngineVersion.');
  }
}

/** Option groups by name, the default one of each major version among them. */
export const describeOptionGroups = action('DescribeOptionGroups', async (input, { inventory, owner }) => {
  const { OptionGroupName: named, EngineName: engine, MajorEngineVersion: major } = input;
  const { request, isOffered } = checkAll({
    combination: () => refuseBadCombination(input),
    filters: () => refuseFilters(input.Filters),
    request: () => readPageRequest(input),
    isOffered: () => engine === undefined || isOfferedEngine(engine),
  });
  if (named !== undefined) {
    const group = await inventory.optionGroups.find(optionGroupNameOf(named, owner));
    if (!group) throw optionGroupNotFound(named);
    return { OptionGroupsList: [toOptionGroup(group, owner)] };
  }
  const groups = isOffered ? await inventory.optionGroups.list() : [];
  const { records, marker } = pageOf(
    groups.filter(({ majorVersion }) => major === undefined || majorVersion === major),
    request,
    ({ name }) => name,
  );
  return { Marker: marker, OptionGroupsList: records.map((group) => toOptionGroup(group, owner)) };
});

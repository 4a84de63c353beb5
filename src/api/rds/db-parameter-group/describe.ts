import { action } from '../../action.ts';
import { refuseFilters } from '../../request/filters.ts';
import { pageOf, readPageRequest } from '../../request/page.ts';
import { requireGroup } from './named-group.ts';
import { toDBParameterGroup } from './view.ts';

/**
 * Parameter groups by name: those of users, and the default one of each major version that the origin offers or an
 * instance has.
 */
export const describeDBParameterGroups = action(
  'DescribeDBParameterGroups',
  async (input, { inventory, owner }) => {
    refuseFilters(input.Filters);
    const request = readPageRequest(input);
    const named = input.DBParameterGroupName;
    if (named !== undefined) {
      const group = await requireGroup(named, { inventory, owner });
      return { DBParameterGroups: [toDBParameterGroup(group, owner)] };
    }
    const { records, marker } = pageOf(await inventory.parameterGroups.list(), request, ({ name }) => name);
    return {
      Marker: marker,
      DBParameterGroups: records.map((group) => toDBParameterGroup(group, owner)),
    };
  },
);

import { dbParameterGroupNotFound } from '../../../model/errors.ts';
import { action } from '../../action.ts';
import { refuseFilters } from '../../request/filters.ts';
import { pageOf, readPageRequest } from '../../request/page.ts';
import { resourceNameOf } from '../../request/resource-name.ts';
import { toDBParameterGroup } from './view.ts';

/** Parameter groups: the default one of each major version that the origin offers or an instance has, from old to new. */
export const describeDBParameterGroups = action(
  'DescribeDBParameterGroups',
  async (input, { inventory, owner }) => {
    refuseFilters(input.Filters);
    const request = readPageRequest(input);
    const named = input.DBParameterGroupName;
    if (named !== undefined) {
      const name = resourceNameOf('db-parameter-group', named, owner);
      const group = name === undefined ? undefined : await inventory.parameterGroups.find(name);
      if (!group) throw dbParameterGroupNotFound(named);
      return { DBParameterGroups: [toDBParameterGroup(group, owner)] };
    }
    const { records, marker } = pageOf(await inventory.parameterGroups.list(), request, ({ name }) => name);
    return {
      Marker: marker,
      DBParameterGroups: records.map((group) => toDBParameterGroup(group, owner)),
    };
  },
);

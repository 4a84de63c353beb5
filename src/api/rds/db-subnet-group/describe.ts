import { dbSubnetGroupNotFound } from '../../../model/errors.ts';
import { checkAll } from '../../../model/refusals.ts';
import { action } from '../../action.ts';
import { refuseFilters } from '../../request/filters.ts';
import { pageOf, readPageRequest } from '../../request/page.ts';
import { subnetGroupNameOf } from './named.ts';
import { toDBSubnetGroup } from './view.ts';

/** Subnet groups by name, the default one among them. */
export const describeDBSubnetGroups = action(
  'DescribeDBSubnetGroups',
  async (input, { inventory, owner }) => {
    const { request } = checkAll({
      filters: () => refuseFilters(input.Filters),
      request: () => readPageRequest(input),
    });
    const { DBSubnetGroupName: named } = input;
    if (named !== undefined) {
      const group = await inventory.subnetGroups.find(subnetGroupNameOf(named, owner));
      if (!group) throw dbSubnetGroupNotFound(named);
      return { DBSubnetGroups: [toDBSubnetGroup(group, owner)] };
    }
    const { records, marker } = pageOf(await inventory.subnetGroups.list(), request, ({ name }) => name);
    return { Marker: marker, DBSubnetGroups: records.map((group) => toDBSubnetGroup(group, owner)) };
  },
);

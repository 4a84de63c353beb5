import type { InstanceQuery } from '../../../inventory/instance-cache.ts';
import type { Owner } from '../../../model/owner.ts';
import { checkAll } from '../../../model/refusals.ts';
import { action } from '../../action.ts';
import { type Filters, readFilters } from '../../request/filters.ts';
import { readPageRequest } from '../../request/page.ts';
import { resourceNameOf } from '../../request/resource-name.ts';
import { requireInstance } from './named.ts';
import { showPage, toDBInstance } from './view.ts';

const FILTERS = ['db-cluster-id', 'db-instance-id', 'dbi-resource-id', 'domain', 'engine'] as const;

/** Undefined when no instance of Cornac can pass. */
function toQuery(filters: Filters<(typeof FILTERS)[number]>, owner: Owner): InstanceQuery | undefined {
  const engines = filters.get('engine');
  if (filters.has('db-cluster-id') || filters.has('domain') || (engines && !engines.has('postgres'))) {
    return undefined;
  }
  const ids = filters.get('db-instance-id');
  const dbiResourceIds = filters.get('dbi-resource-id');
  return {
    ...(ids && {
      identifiers: [...ids].flatMap((text) => resourceNameOf('db-instance', text, owner) ?? []),
    }),
    ...(dbiResourceIds && { dbiResourceIds: [...dbiResourceIds] }),
  };
}

/**
 * Instances by identifier, the inventory's own instance first. A named instance that does not exist is an
 * error; a filter may match nothing.
 */
export const describeDBInstances = action('DescribeDBInstances', async (input, { inventory, owner }) => {
  const { page, filters } = checkAll({
    page: () => readPageRequest(input),
    filters: () => readFilters(input.Filters, FILTERS),
  });
  const { limit, after } = page;
  const query = toQuery(filters, owner);
  const name = input.DBInstanceIdentifier;
  if (name !== undefined) {
    const found = await requireInstance(name, { inventory, owner });
    const passes =
      query &&
      (query.identifiers?.includes(found.identifier) ?? true) &&
      (query.dbiResourceIds?.includes(found.dbiResourceId) ?? true);
    return { DBInstances: passes ? [toDBInstance(found, owner)] : [] };
  }
  if (!query) return { DBInstances: [] };

  const instances = await inventory.instances.list({
    ...query,
    ...(after !== undefined && { after }),
    limit: limit + 1,
  });
  return showPage(instances, limit, owner);
});

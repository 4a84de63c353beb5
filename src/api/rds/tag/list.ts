import { action } from '../../action.ts';
import { refuseFilters } from '../../request/filters.ts';
import { taggedResource } from './tagged-resource.ts';

/** The tags of a resource in the order in which they were given. */
export const listTagsForResource = action(
  'ListTagsForResource',
  async ({ ResourceName, Filters }, { inventory, owner }) => {
    refuseFilters(Filters);
    return { TagList: [...(await inventory.tags.list(taggedResource(ResourceName, owner)))] };
  },
);

import {
  ListTagsForResource$,
  type ListTagsForResourceMessage,
  type TagListMessage,
} from '@aws-sdk/client-rds';
import { dbInstanceNotFound } from '../../../model/errors.ts';
import { action } from '../../action.ts';
import { refuseFilters } from '../../request/filters.ts';
import { taggedInstance } from './tagged-instance.ts';

/** The tags of an instance, in the order in which they were given. */
export const listTagsForResource = action<ListTagsForResourceMessage, TagListMessage>(
  ListTagsForResource$,
  async ({ ResourceName, Filters }, { inventory, config }) => {
    refuseFilters(Filters);
    const ref = taggedInstance(ResourceName, config);
    const instance = await inventory.instances.find(ref);
    if (!instance) throw dbInstanceNotFound(ref.identifier);
    return { TagList: [...instance.tags] };
  },
);

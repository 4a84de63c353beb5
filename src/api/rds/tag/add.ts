import { addTags } from '../../../model/tags.ts';
import { action } from '../../action.ts';
import { taggedResource } from './tagged-resource.ts';

/** Adds tags to a resource in any status. A tag with the same key is replaced. */
export const addTagsToResource = action(
  'AddTagsToResource',
  async ({ ResourceName, Tags = [] }, { inventory, owner, requestId, invocation }) => {
    const resource = taggedResource(ResourceName, owner);
    const call = { requestId, invocation, answer: () => ({}) };

    await inventory.tags.change(resource, call, (tags) => addTags(tags, Tags));
    return undefined;
  },
);

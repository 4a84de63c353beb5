import { removeTags } from '../../../model/tags.ts';
import { action } from '../../action.ts';
import { taggedResource } from './tagged-resource.ts';

/** Removes tags by key. A key that the resource does not have is no error. */
export const removeTagsFromResource = action(
  'RemoveTagsFromResource',
  async ({ ResourceName, TagKeys = [] }, { inventory, owner, requestId, invocation }) => {
    const resource = taggedResource(ResourceName, owner);
    const call = { requestId, invocation, answer: () => ({}) };

    await inventory.tags.change(resource, call, (tags) => removeTags(tags, TagKeys));
    return undefined;
  },
);

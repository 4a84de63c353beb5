import { AddTagsToResource$, type AddTagsToResourceMessage } from '@aws-sdk/client-rds';
import { addTags } from '../../../model/tags.ts';
import { action } from '../../action.ts';
import { taggedInstance } from './tagged-instance.ts';

/** Adds tags to an instance in whatever status. A tag with the same key is replaced. */
export const addTagsToResource = action<AddTagsToResourceMessage>(
  AddTagsToResource$,
  async ({ ResourceName, Tags = [] }, { inventory, config, requestId, invocation }) => {
    const ref = taggedInstance(ResourceName, config);
    const call = { requestId, invocation, answer: () => ({}) };

    await inventory.instances.change(ref, call, ({ tags }) => ({ patch: { tags: addTags(tags, Tags) } }));
  },
);

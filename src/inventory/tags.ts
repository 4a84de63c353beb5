import { isDefaultGroup, type ParameterGroup } from '../model/db-parameter-group/parameter-group.ts';
import {
  dbInstanceNotFound,
  dbParameterGroupNotFound,
  dbSnapshotNotFound,
  dbSubnetGroupNotFound,
  invalidDBParameterGroupState,
} from '../model/errors.ts';
import type { NamedResource, ResourceKind } from '../model/resource.ts';
import type { Tag } from '../model/tags.ts';
import type { Call } from './calls.ts';
import type { ParameterGroups } from './db-parameter-groups.ts';
import type { Snapshots } from './db-snapshots.ts';
import type { SubnetGroups } from './db-subnet-groups.ts';
import type { Instances } from './instances.ts';

/**
 * The tags of resources of one kind. Each method throws the kind's own error where the resource does not
 * exist.
 */
interface TagRepository {
  list(name: string): Promise<readonly Tag[]>;
  /** `decide` runs while the resource is locked. */
  change(name: string, call: Call, decide: (tags: readonly Tag[]) => readonly Tag[]): Promise<void>;
}

function instanceTags(instances: Instances): TagRepository {
  return {
    async list(identifier) {
      const instance = await instances.find({ identifier });
      if (!instance) throw dbInstanceNotFound(identifier);
      return instance.tags;
    },
    async change(identifier, call, decide) {
      await instances.change({ identifier }, call, ({ tags }) => ({ patch: { tags: decide(tags) } }));
    },
  };
}

function snapshotTags(snapshots: Snapshots): TagRepository {
  return {
    async list(identifier) {
      const snapshot = await snapshots.find({ identifier });
      if (!snapshot) throw dbSnapshotNotFound(identifier);
      return snapshot.tags;
    },
    async change(identifier, call, decide) {
      await snapshots.change(identifier, call, ({ tags }) => ({ patch: { tags: decide(tags) } }));
    },
  };
}

/** Default groups are derived on every read, so that no tag of theirs is stored. */
function parameterGroupTags(parameterGroups: ParameterGroups): TagRepository {
  const requireGroup = async (name: string): Promise<ParameterGroup> => {
    const group = await parameterGroups.find(name);
    if (!group) throw dbParameterGroupNotFound(name);
    return group;
  };
  return {
    list: async (name) => (await requireGroup(name)).tags,
    async change(name, call, decide) {
      await requireGroup(name);
      if (isDefaultGroup(name)) {
        throw invalidDBParameterGroupState(
          `The parameter group ${name} is a default group and cannot be tagged.`,
        );
      }
      await parameterGroups.change(name, call, ({ tags }) => ({ tags: decide(tags) }));
    },
  };
}

function subnetGroupTags(subnetGroups: SubnetGroups): TagRepository {
  return {
    async list(name) {
      const group = await subnetGroups.find(name);
      if (!group) throw dbSubnetGroupNotFound(name);
      return group.tags;
    },
    async change(name, call, decide) {
      await subnetGroups.change(name, call, ({ tags }) => ({ tags: decide(tags) }));
    },
  };
}

interface TagsDeps {
  readonly instances: Instances;
  readonly snapshots: Snapshots;
  readonly parameterGroups: ParameterGroups;
  readonly subnetGroups: SubnetGroups;
}

/** Tags of every kind of resource. Each kind stores them in its own place. */
export function createTags({ instances, snapshots, parameterGroups, subnetGroups }: TagsDeps) {
  const repositories: { readonly [Kind in ResourceKind]: TagRepository } = {
    'db-instance': instanceTags(instances),
    'db-snapshot': snapshotTags(snapshots),
    'db-parameter-group': parameterGroupTags(parameterGroups),
    'db-subnet-group': subnetGroupTags(subnetGroups),
  };
  return {
    /** In the order in which the tags were added. */
    list: ({ kind, name }: NamedResource): Promise<readonly Tag[]> => repositories[kind].list(name),

    change: (
      { kind, name }: NamedResource,
      call: Call,
      decide: (tags: readonly Tag[]) => readonly Tag[],
    ): Promise<void> => repositories[kind].change(name, call, decide),
  };
}

export type Tags = ReturnType<typeof createTags>;

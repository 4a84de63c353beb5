/** What layers need to know of a kind of resource. Where its rows are: `src/inventory/tags.ts` and the repositories. */
interface KindOfResource {
  /** In ARNs: UG USER_Tagging.ARN. */
  readonly arnType: string;
  /** SourceType of its events. */
  readonly sourceType: string;
  /** The member of an action's input that names one. */
  readonly nameMember: string;
  /** The field of a log line that names it. */
  readonly logField: string;
  /** The search attribute of workflows that hold one; absent where no operation holds one. */
  readonly searchAttribute?: string;
}

/** Every kind of resource that has an ARN here. A new kind begins with an entry. */
export const resourceKinds = {
  'db-instance': {
    arnType: 'db',
    sourceType: 'db-instance',
    nameMember: 'DBInstanceIdentifier',
    logField: 'instance',
    searchAttribute: 'CornacDBInstance',
  },
  'db-snapshot': {
    arnType: 'snapshot',
    sourceType: 'db-snapshot',
    nameMember: 'DBSnapshotIdentifier',
    logField: 'snapshot',
  },
  'db-parameter-group': {
    arnType: 'pg',
    sourceType: 'db-parameter-group',
    nameMember: 'DBParameterGroupName',
    logField: 'parameterGroup',
  },
} as const satisfies Record<string, KindOfResource>;

export type ResourceKind = keyof typeof resourceKinds;

/** One resource: what operations, tags, events, ARNs, log lines and search attributes speak of. */
export interface ResourceRef<Kind extends ResourceKind = ResourceKind> {
  readonly kind: Kind;
  /** Unique for ever, whatever becomes of the name. */
  readonly id: string;
  /** What users call it, lower case. */
  readonly name: string;
}

/** A resource as its users name it: the id is the inventory's to know. */
export type NamedResource<Kind extends ResourceKind = ResourceKind> = Pick<
  ResourceRef<Kind>,
  'kind' | 'name'
>;

const kinds = Object.keys(resourceKinds) as ResourceKind[];

export function describeKind(kind: ResourceKind): KindOfResource {
  return resourceKinds[kind];
}

/** The kind of this type in ARNs; undefined for types that Cornac lacks. */
export function kindOfArnType(arnType: string): ResourceKind | undefined {
  return kinds.find((kind) => resourceKinds[kind].arnType === arnType);
}

/** The kind whose events have this SourceType; undefined for types that Cornac lacks. */
export function kindOfSourceType(sourceType: string): ResourceKind | undefined {
  return kinds.find((kind) => resourceKinds[kind].sourceType === sourceType);
}

/** The log fields of the resources that an action's input names. */
export function logFieldsOf(input: object): Record<string, string> {
  const members = new Map(Object.entries(input));
  return Object.fromEntries(
    kinds.flatMap((kind) => {
      const { nameMember, logField } = resourceKinds[kind];
      const name = members.get(nameMember);
      return typeof name === 'string' ? [[logField, name]] : [];
    }),
  );
}

/**
 * What the layers need of a kind of resource. Its rows are read by `src/inventory/tags.ts` and the
 * repositories.
 */
interface KindOfResource {
  /** Its type in ARNs: UG USER_Tagging.ARN. */
  readonly arnType: string;
  /** SourceType of its events; absent where RDS has no events of the kind. */
  readonly sourceType?: string;
  /** The member of an action's input that names a resource of this kind. */
  readonly nameMember: string;
  /** The log field with the name of a resource of this kind. */
  readonly logField: string;
  /**
   * The search attribute of workflows that hold a resource of this kind; absent where no operation holds one.
   */
  readonly searchAttribute?: string;
}

/** Every kind of resource that has an ARN in Cornac. A new kind starts with an entry here. */
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
    searchAttribute: 'CornacDBSnapshot',
  },
  'db-parameter-group': {
    arnType: 'pg',
    sourceType: 'db-parameter-group',
    nameMember: 'DBParameterGroupName',
    logField: 'parameterGroup',
  },
  'db-subnet-group': {
    arnType: 'subgrp',
    nameMember: 'DBSubnetGroupName',
    logField: 'subnetGroup',
  },
} as const satisfies Record<string, KindOfResource>;

export type ResourceKind = keyof typeof resourceKinds;

/** One resource, as operations, tags, events, ARNs, log lines and search attributes refer to it. */
export interface ResourceRef<Kind extends ResourceKind = ResourceKind> {
  readonly kind: Kind;
  /** Unique for ever, even after the name is used again. */
  readonly id: string;
  /** The name that users give it, in lower case. */
  readonly name: string;
}

/** A resource as its users name it. Only the inventory knows the id. */
export type NamedResource<Kind extends ResourceKind = ResourceKind> = Pick<
  ResourceRef<Kind>,
  'kind' | 'name'
>;

const kinds = Object.keys(resourceKinds) as ResourceKind[];

export function describeKind(kind: ResourceKind): KindOfResource {
  return resourceKinds[kind];
}

/** The kind with this type in ARNs; undefined for types that Cornac does not have. */
export function kindOfArnType(arnType: string): ResourceKind | undefined {
  return kinds.find((kind) => resourceKinds[kind].arnType === arnType);
}

/** The kind whose events have this SourceType; undefined for types that Cornac does not have. */
export function kindOfSourceType(sourceType: string): ResourceKind | undefined {
  return kinds.find((kind) => describeKind(kind).sourceType === sourceType);
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

import { statuses } from '../db-instance/status.ts';
import type { EventId } from '../event.ts';
import type { ResourceKind } from '../resource.ts';
import type { StatusOf } from '../status.ts';

/** The kinds of resources that an operation can hold. They have a row with `operation_id`. */
export type HeldKind = Extract<ResourceKind, 'db-instance' | 'db-snapshot'>;

/** The rules of one type of operation. */
interface OperationRules<Kind extends HeldKind> {
  /** The kind of resource that the operation holds while it runs. */
  readonly holds: Kind;
  /** The statuses from which the operation may begin. */
  readonly from: readonly StatusOf<Kind>[];
  /** Further statuses for an operation that adds storage, because only more storage helps a full instance. */
  readonly growingFrom?: readonly StatusOf<Kind>[];
  /** The status while it runs. */
  readonly to: StatusOf<Kind>;
  /** What a successful operation leaves. `unchanged`: the instance serves as before. */
  readonly leaves: 'serving' | 'unchanged' | 'stopped' | 'nothing';
  /**
   * The status after a failure: always `status`, or the status of the server as found, with `off` for a
   * server that is off.
   */
  readonly onFailure: { readonly status: StatusOf<Kind> } | { readonly off: StatusOf<Kind> };
  /** The event of a success. A modification has events for its parts instead. */
  readonly succeeded?: EventId;
  /** Whether the operation makes the resource, so that the resource has never worked before. */
  readonly makes?: true;
  /**
   * What a success needs beside a server that serves: that it streams from the source of the read replica, or that it was
   * promoted.
   */
  readonly reaches?: 'streaming' | 'promoted';
  /** Whether the operation replaces a running operation that holds the resource. */
  readonly overtakes?: true;
  /** Whether any other operation replaces it, so that users need not wait for it. */
  readonly yields?: true;
  /** Whether Cornac begins the operation by itself. Users' operations come before it. */
  readonly isOwn?: true;
}

type AnyRules = { [Kind in HeldKind]: OperationRules<Kind> }[HeldKind];

/**
 * The registry of operations, by the type of their workflow. Code reads what an operation may do here, and
 * does not compare types. The statuses are those of UG USER_*Instance.
 */
export const operationTypes = {
  createDbInstance: {
    holds: 'db-instance',
    from: [],
    to: 'creating',
    leaves: 'serving',
    onFailure: { off: 'failed' },
    succeeded: 'RDS-EVENT-0005',
    makes: true,
  },
  /** Makes an instance of a DB snapshot. */
  restoreDbInstance: {
    holds: 'db-instance',
    from: [],
    to: 'creating',
    leaves: 'serving',
    onFailure: { off: 'failed' },
    succeeded: 'RDS-EVENT-0043',
    makes: true,
  },
  /** Makes a read replica, a copy of its source that follows it. */
  createReadReplica: {
    holds: 'db-instance',
    from: [],
    to: 'creating',
    leaves: 'serving',
    onFailure: { off: 'failed' },
    succeeded: 'RDS-EVENT-0005',
    makes: true,
    reaches: 'streaming',
  },
  /** Makes an instance of its own of a read replica. */
  promoteReadReplica: {
    holds: 'db-instance',
    from: ['available'],
    to: 'modifying',
    leaves: 'serving',
    onFailure: { off: 'failed' },
    succeeded: 'CORNAC-EVENT-PROMOTED',
    reaches: 'promoted',
  },
  deleteDbInstance: {
    holds: 'db-instance',
    from: statuses.filter((status) => status !== 'deleting'),
    to: 'deleting',
    leaves: 'nothing',
    // What is left of the instance is of no use.
    onFailure: { status: 'failed' },
    succeeded: 'RDS-EVENT-0003',
    overtakes: true,
  },
  modifyDbInstance: {
    holds: 'db-instance',
    from: ['available', 'incompatible-parameters'],
    growingFrom: ['storage-full', 'failed'],
    to: 'modifying',
    leaves: 'serving',
    onFailure: { off: 'failed' },
  },
  rebootDbInstance: {
    holds: 'db-instance',
    from: ['available', 'storage-full', 'incompatible-parameters'],
    to: 'rebooting',
    leaves: 'serving',
    onFailure: { off: 'failed' },
    succeeded: 'RDS-EVENT-0006',
  },
  startDbInstance: {
    holds: 'db-instance',
    from: ['stopped'],
    to: 'starting',
    leaves: 'serving',
    onFailure: { off: 'stopped' },
    succeeded: 'RDS-EVENT-0088',
  },
  stopDbInstance: {
    holds: 'db-instance',
    from: ['available'],
    to: 'stopping',
    leaves: 'stopped',
    onFailure: { off: 'stopped' },
    succeeded: 'RDS-EVENT-0087',
  },
  recoverDbInstance: {
    holds: 'db-instance',
    from: ['available', 'failed', 'storage-full', 'incompatible-parameters'],
    to: 'starting',
    leaves: 'serving',
    onFailure: { off: 'failed' },
    succeeded: 'RDS-EVENT-0021',
    isOwn: true,
  },
  createDbSnapshot: {
    holds: 'db-instance',
    // UG USER_CreateSnapshot
    from: ['available'],
    to: 'backing-up',
    leaves: 'unchanged',
    onFailure: { off: 'failed' },
    succeeded: 'RDS-EVENT-0002',
  },
  deleteDbSnapshot: {
    holds: 'db-snapshot',
    from: ['available', 'failed'],
    to: 'deleting',
    leaves: 'nothing',
    // It may be half removed.
    onFailure: { status: 'failed' },
    succeeded: 'RDS-EVENT-0041',
  },
  /** Brings changed parameters to a running server. The instance keeps its status meanwhile. */
  applyDbParameters: {
    holds: 'db-instance',
    from: ['available', 'storage-full', 'incompatible-parameters'],
    to: 'available',
    leaves: 'serving',
    onFailure: { off: 'failed' },
    yields: true,
    isOwn: true,
  },
} as const satisfies Record<string, AnyRules>;

type Types = typeof operationTypes;

/**
 * Types of operations, which are also types of workflows. With `Kind`, only those that hold this kind of
 * resource.
 */
export type OperationType<Kind extends ResourceKind = ResourceKind> = {
  [Type in keyof Types]: Types[Type]['holds'] extends Kind ? Type : never;
}[keyof Types];

export const operationTypeNames = Object.keys(operationTypes) as OperationType[];

export function rulesOf<Type extends OperationType>(type: Type): OperationRules<Types[Type]['holds']> {
  const rules: { readonly [Name in OperationType]: OperationRules<Types[Name]['holds']> } = operationTypes;
  return rules[type];
}

/** The types of operations whose rules satisfy `matches`. */
export function typesWith(matches: (rules: AnyRules) => boolean): OperationType[] {
  return operationTypeNames.filter((type) => matches(operationTypes[type]));
}

/** Whether an operation of this type holds a resource of this kind as its own. */
export function holdsKind<Kind extends HeldKind>(
  type: OperationType,
  kind: Kind,
): type is OperationType<Kind> {
  return rulesOf(type).holds === kind;
}

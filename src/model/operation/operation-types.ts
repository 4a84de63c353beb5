import { statuses } from '../db-instance/status.ts';
import type { EventId } from '../event.ts';
import type { ResourceKind } from '../resource.ts';
import type { StatusOf } from '../status.ts';

/** All that is particular to one type of operation. */
interface OperationRules<Kind extends ResourceKind> {
  /** The kind of resource that it holds while it runs. */
  readonly holds: Kind;
  /** The statuses from which it may begin. */
  readonly from: readonly StatusOf<Kind>[];
  /** Further ones where it gives the resource more storage, because nothing else helps an instance that is full. */
  readonly growingFrom?: readonly StatusOf<Kind>[];
  /** The status while it runs. */
  readonly to: StatusOf<Kind>;
  /** What is there once it has succeeded. */
  readonly leaves: 'serving' | 'stopped' | 'nothing';
  /** What a failure leaves: always this status, or the one in which the server is found, with `off` where it is off. */
  readonly onFailure: { readonly status: StatusOf<Kind> } | { readonly off: StatusOf<Kind> };
  /** The event of its success. A modification has events for its parts instead. */
  readonly succeeded?: EventId;
  /** Whether the resource is made by it, so that what it works on has never worked before. */
  readonly makes?: true;
  /** Whether an operation that holds the resource gives way to it. */
  readonly overtakes?: true;
  /** Whether Cornac begins it by itself, so that users' operations come before it. */
  readonly isOwn?: true;
}

type AnyRules = { [Kind in ResourceKind]: OperationRules<Kind> }[ResourceKind];

/**
 * The registry of operations, by the type of their workflow. Whoever wants to know what an operation may do reads it here
 * and compares no types. Gates as in UG USER_*Instance.
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
  deleteDbInstance: {
    holds: 'db-instance',
    from: statuses.filter((status) => status !== 'deleting'),
    to: 'deleting',
    leaves: 'nothing',
    // Whatever is left of it is of no use.
    onFailure: { status: 'failed' },
    succeeded: 'RDS-EVENT-0003',
    overtakes: true,
  },
  modifyDbInstance: {
    holds: 'db-instance',
    from: ['available'],
    growingFrom: ['storage-full', 'failed'],
    to: 'modifying',
    leaves: 'serving',
    onFailure: { off: 'failed' },
  },
  rebootDbInstance: {
    holds: 'db-instance',
    from: ['available', 'storage-full'],
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
    from: ['available', 'failed', 'storage-full'],
    to: 'starting',
    leaves: 'serving',
    onFailure: { off: 'failed' },
    succeeded: 'RDS-EVENT-0021',
    isOwn: true,
  },
} as const satisfies Record<string, AnyRules>;

type Types = typeof operationTypes;

/** Types of operations, which are types of workflows; those that hold one kind of resource, where a kind is given. */
export type OperationType<Kind extends ResourceKind = ResourceKind> = {
  [Type in keyof Types]: Types[Type]['holds'] extends Kind ? Type : never;
}[keyof Types];

export const operationTypeNames = Object.keys(operationTypes) as OperationType[];

export function rulesOf<Type extends OperationType>(type: Type): OperationRules<Types[Type]['holds']> {
  const rules: { readonly [Name in OperationType]: OperationRules<Types[Name]['holds']> } = operationTypes;
  return rules[type];
}

/** The types of operations for which `isMeant` holds. */
export function typesWith(isMeant: (rules: AnyRules) => boolean): OperationType[] {
  return operationTypeNames.filter((type) => isMeant(operationTypes[type]));
}

import type { Instance } from '../db-instance/instance.ts';
import type { ResourceRef } from '../resource.ts';
import type { Facts } from '../server/facts.ts';
import type { Asked, Modification } from './input.ts';
import type { OperationType } from './operation-types.ts';

export type OperationState = 'pending' | 'running' | 'succeeded' | 'failed' | 'cancelled';

/** What the inventory stores of every operation. */
interface OperationRecord {
  readonly id: string;
  /** The resource that the operation holds exclusively. Its id is the id of the workflow. */
  readonly resource: ResourceRef;
  readonly facts: Facts;
  readonly state: OperationState;
  readonly error: string | null;
  readonly requestId: string;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly closedAt: Date | null;
}

/** An operation as the inventory stores it. The input matches the type. */
export type Operation<Type extends OperationType = OperationType> = OperationRecord & Asked<Type>;

/** The argument of every operation's workflow. */
export interface OperationRef {
  readonly operationId: string;
  /** The id of the resource that the operation holds, of any kind. Histories since 0.1 use this name. */
  readonly dbiResourceId: string;
  /** The id of the operation's inventory; absent in workflows of 0.3. */
  readonly inventoryId?: string;
}

/** The operation as an argument of its workflow. */
export function operationRef({ id, resource }: Pick<Operation, 'id' | 'resource'>): OperationRef {
  return { operationId: id, dbiResourceId: resource.id };
}

/** What a workflow needs to choose its steps. Steps do not trust it: they read the inventory themselves. */
export interface Plan {
  /** The host whose task queue the machine's steps use. */
  readonly host?: string;
  /** Whether the instance still needs one of the provider's hosts. */
  readonly needsHost?: true;
  /** Whether a final snapshot is still to be made of an instance that is being deleted. */
  readonly finalSnapshot?: true;
  /** Whether the automated backups of an instance that is being deleted stay. */
  readonly retainBackups?: true;
  /** The requested parts of a modification. */
  readonly modification?: { readonly [Part in keyof Modification]?: true };
}

/** The class that a step applies: the instance's present class, or the class that a modification requests. */
export type ClassChoice = 'present' | 'asked';

/** The part of an instance that `cornac bootstrap` sets. */
export type PlannedInstance = Pick<
  Instance,
  | 'identifier'
  | 'dbInstanceClass'
  | 'engineVersion'
  | 'allocatedStorage'
  | 'masterUsername'
  | 'dbName'
  | 'port'
  | 'machine'
>;

import type { Instance } from '../db-instance/instance.ts';
import type { ResourceRef } from '../resource.ts';
import type { Facts } from '../server/facts.ts';
import type { Asked, Modification } from './input.ts';
import type { OperationType } from './operation-types.ts';

export type OperationState = 'pending' | 'running' | 'succeeded' | 'failed' | 'cancelled';

/** What the inventory has of every operation. */
interface OperationRecord {
  readonly id: string;
  /** What it holds exclusively. The id is that of its workflow. */
  readonly resource: ResourceRef;
  readonly facts: Facts;
  readonly state: OperationState;
  readonly error: string | null;
  readonly requestId: string;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly closedAt: Date | null;
}

/** An operation as the inventory has it. Its input is that of its type. */
export type Operation<Type extends OperationType = OperationType> = OperationRecord & Asked<Type>;

/** The argument of every operation's workflow. */
export interface OperationRef {
  readonly operationId: string;
  /** The id of the resource that it holds exclusively, of whatever kind: histories since 0.1 have it under this name. */
  readonly dbiResourceId: string;
  /** Whose operation it is; absent in workflows of 0.3. */
  readonly inventoryId?: string;
}

/** The operation as an argument of its workflow. */
export function operationRef({ id, resource }: Pick<Operation, 'id' | 'resource'>): OperationRef {
  return { operationId: id, dbiResourceId: resource.id };
}

/** What a workflow needs to know to find its way. Steps believe none of it: they look into the inventory themselves. */
export interface Plan {
  /** In whose task queue the steps of the machine wait. */
  readonly host?: string;
  /** Whether the instance is still to get one of the provider's hosts. */
  readonly needsHost?: true;
  /** Which parts of a modification are asked for. */
  readonly modification?: { readonly [Part in keyof Modification]?: true };
}

/** Which of two classes a step is about: the one that the instance has, or the one that a modification asks for. */
export type ClassChoice = 'present' | 'asked';

/** The part of an instance that `cornac bootstrap` decides on. */
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

import type { Instance } from './instance.ts';
import type { OperationType } from './status.ts';

/** What a ModifyDBInstance (or the maintenance window) changes on the machine. */
export interface Modification {
  readonly allocatedStorage?: number;
  readonly dbInstanceClass?: string;
  /** The new verifier is in the inventory's secrets. */
  readonly masterPassword?: true;
}

/** What an operation needs to know beside its instance. */
export interface OperationInput {
  readonly modification?: Modification;
}

export type OperationState = 'pending' | 'running' | 'succeeded' | 'failed' | 'cancelled';

/** An operation as the inventory has it. */
export interface Operation {
  readonly id: string;
  readonly dbiResourceId: string;
  readonly identifier: string;
  readonly type: OperationType;
  readonly input: OperationInput;
  readonly state: OperationState;
  readonly error: string | null;
  readonly requestId: string;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly closedAt: Date | null;
}

/** The argument of every operation's workflow. */
export interface OperationRef {
  readonly operationId: string;
  readonly dbiResourceId: string;
}

/** What a workflow gets to work on: plain JSON, no secrets. */
export interface Plan extends OperationRef, OperationInput {
  readonly instance: PlannedInstance;
  /** Whether the instance is still to get one of the provider's hosts. */
  readonly needsHost?: true;
  /** Whether the instance was never available. */
  readonly isNew?: true;
}

/** The part of an instance that its operations work with. */
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
> & {
  /** Absent for the inventory's own instance, whose machine may be from a bootstrap before this one. */
  readonly dbiResourceId?: string;
  /** Absent while none is chosen, and where there are no hosts. */
  readonly host?: string;
};

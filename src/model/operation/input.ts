import type { OperationType } from './operation-types.ts';

/** What a ModifyDBInstance (or the maintenance window) changes on the machine. */
export interface Modification {
  readonly allocatedStorage?: number;
  readonly dbInstanceClass?: string;
  /** The new verifier is in the inventory's secrets. */
  readonly masterPassword?: true;
}

type NoInput = Readonly<Record<string, never>>;

/** What an operation of each type needs to know besides the resource that it holds. */
export interface OperationInputs extends Record<OperationType, object> {
  createDbInstance: NoInput;
  deleteDbInstance: NoInput;
  modifyDbInstance: { readonly modification: Modification };
  rebootDbInstance: NoInput;
  startDbInstance: NoInput;
  stopDbInstance: NoInput;
  recoverDbInstance: NoInput;
}

/** What is asked of an operation: its type and the input of that type. */
export type Asked<Type extends OperationType = OperationType> = {
  readonly [Each in Type]: { readonly type: Each; readonly input: OperationInputs[Each] };
}[Type];

/** An operation to begin: without an input where its type needs none. */
export type NewOperation<Type extends OperationType = OperationType> = {
  readonly [Each in Type]: OperationInputs[Each] extends NoInput
    ? { readonly type: Each; readonly input?: NoInput }
    : Asked<Each>;
}[Type];

/** What the operation changes on the machine; undefined for one that is no modification. */
export function modificationOf(asked: NewOperation): Modification | undefined {
  return asked.type === 'modifyDbInstance' ? asked.input.modification : undefined;
}

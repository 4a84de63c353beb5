import { type Asked, modificationOf } from '../model/operation/input.ts';
import type { ClassChoice, OperationRef } from '../model/operation/operation.ts';
import { isUuid } from '../model/uuid.ts';

function isRef(value: unknown): value is OperationRef {
  return (
    value instanceof Object &&
    'operationId' in value &&
    'dbiResourceId' in value &&
    typeof value.operationId === 'string' &&
    typeof value.dbiResourceId === 'string'
  );
}

/**
 * Which operation a step is called for. A workflow of 0.2 has it behind other arguments, or nowhere: undefined then, and
 * the operation that holds the workflow's instance counts.
 */
export function readRef(args: readonly unknown[]): OperationRef | undefined {
  const ref = args.find(isRef);
  if (!ref) return undefined;
  const { operationId, dbiResourceId } = ref;
  // The inventory would not understand it, and an error would look like a bug of ours.
  return isUuid(operationId)
    ? { operationId, dbiResourceId }
    : { operationId: '00000000-0000-0000-0000-000000000000', dbiResourceId };
}

/** Which inventory a step is called for; undefined in a workflow of 0.3, which does not say. */
export function readInventoryId(args: readonly unknown[]): unknown {
  return args.find(isRef)?.inventoryId;
}

/** Which class a step is about. A workflow of 0.2 gave the whole instance, with the class that it is to get. */
export function readClassChoice(args: readonly unknown[], asked: Asked): ClassChoice {
  const wanted = modificationOf(asked)?.dbInstanceClass;
  const names = (arg: unknown) =>
    arg instanceof Object && 'dbInstanceClass' in arg && arg.dbInstanceClass === wanted;
  return args[1] === 'asked' || (wanted !== undefined && args.some(names)) ? 'asked' : 'present';
}

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
 * The operation for which a step is called. Undefined for a workflow of 0.2, which passes it after other
 * arguments or not at all; the operation that holds the workflow's instance then counts.
 */
export function readRef(args: readonly unknown[]): OperationRef | undefined {
  const ref = args.find(isRef);
  if (!ref) return undefined;
  const { operationId, dbiResourceId } = ref;
  // The inventory rejects other texts, and its error would look like a bug of Cornac.
  return isUuid(operationId)
    ? { operationId, dbiResourceId }
    : { operationId: '00000000-0000-0000-0000-000000000000', dbiResourceId };
}

/** The inventory for which a step is called; undefined for a workflow of 0.3, which does not pass it. */
export function readInventoryId(args: readonly unknown[]): unknown {
  return args.find(isRef)?.inventoryId;
}

/**
 * The class that a step applies. A workflow of 0.2 passed the whole instance, with the class that it should
 * get.
 */
export function readClassChoice(args: readonly unknown[], asked: Asked): ClassChoice {
  const wanted = modificationOf(asked)?.dbInstanceClass;
  const names = (arg: unknown) =>
    arg instanceof Object && 'dbInstanceClass' in arg && arg.dbInstanceClass === wanted;
  return args[1] === 'asked' || (wanted !== undefined && args.some(names)) ? 'asked' : 'present';
}

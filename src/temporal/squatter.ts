import type { Inventory } from '../inventory/inventory.ts';
import { isUuid } from '../model/uuid.ts';
import { isRunOf, type Run } from './runs.ts';

// The last step of an operation closes it, and then its workflow ends. That takes no longer, whatever Temporal does.
const CLOSING_MS = 60_000;

export interface SquatterOptions {
  readonly inventory: Pick<Inventory, 'operations'>;
  readonly taskQueue: string;
  readonly resourceId: string;
}

/**
 * Whether an open run under a resource's id keeps its operations from being started for no reason: it is for no
 * operation of the resource, or for one that ended a while ago. Any client of Temporal may start such a run.
 */
export async function isSquatter(
  run: Run,
  { inventory, taskQueue, resourceId }: SquatterOptions,
  now = Date.now(),
): Promise<boolean> {
  const { operationId } = run;
  const operation =
    operationId !== undefined && isUuid(operationId)
      ? await inventory.operations.find(operationId)
      : undefined;
  if (operation?.resource.id !== resourceId || !isRunOf(run, operation, taskQueue)) return true;
  return operation.closedAt !== null && now - operation.closedAt.getTime() > CLOSING_MS;
}

import type { Inventory } from '../inventory/inventory.ts';
import { isUuid } from '../model/uuid.ts';
import { isRunOf, type Run } from './runs.ts';

// The last step of an operation closes it, and then its workflow ends. This time is enough for both.
const CLOSING_MS = 60_000;

export interface SquatterOptions {
  readonly inventory: Pick<Inventory, 'operations'>;
  readonly taskQueue: string;
  readonly resourceId: string;
}

/**
 * Whether an open run under a resource's id blocks the resource's operations without a reason: it belongs to
 * no operation of the resource, or to an operation that ended more than CLOSING_MS ago. Any client of
 * Temporal may start such a run.
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

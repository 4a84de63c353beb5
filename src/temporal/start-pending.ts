import type { Client } from '@temporalio/client';
import type { Inventory } from '../inventory/inventory.ts';
import type { Operation } from '../model/operation/operation.ts';
import { startOperation } from './start-operation.ts';
import { isTemporalUnavailable } from './unavailable.ts';

export interface StartPendingDeps {
  readonly inventory: Pick<Inventory, 'operations' | 'outbox' | 'identify'>;
  readonly temporal: Client;
  readonly taskQueue: string;
}

/** Number of users' operations in one read. */
const USERS = 100;
/** Cornac's own operations that are started before users' are read again: a fraction of a second of work. */
const OWN = 10;

/** The next operations to start: users' operations of any age; without any, Cornac's own as far as room allows. */
async function findNext(
  { outbox }: StartPendingDeps['inventory'],
  tried: ReadonlySet<string>,
): Promise<Operation[]> {
  const users = await outbox.listPending('user', USERS, [...tried]);
  if (users.length > 0) return users;
  const room = await outbox.findRoomToStart();
  return room > 0 ? outbox.listPending('own', Math.min(OWN, room), [...tried]) : [];
}

/**
 * Starts the pending operations, users' first and the oldest first, until none is left that can be started.
 * An operation that cannot be started does not delay the operations behind it.
 * @throws the first error
 */
export async function startPending(deps: StartPendingDeps, signal: AbortSignal): Promise<void> {
  const { inventory } = deps;
  const errors: unknown[] = [];
  // Operations that could not be started and stay in the outbox.
  const tried = new Set<string>();
  const start = async (operation: Operation): Promise<void> => {
    try {
      if (await startOperation(operation, deps)) await inventory.operations.markDispatched(operation.id);
      else tried.add(operation.id);
    } catch (error) {
      tried.add(operation.id);
      errors.push(error);
    }
  };
  for (;;) {
    const next = await findNext(inventory, tried);
    if (next.length === 0) break;
    for (const operation of next) {
      if (signal.aborted) return;
      await start(operation);
      if (errors.some(isTemporalUnavailable)) throw errors[0];
    }
  }
  if (errors.length > 0) throw errors[0];
}

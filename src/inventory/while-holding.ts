import type { Instance } from '../model/db-instance/instance.ts';
import type { OperationRef } from '../model/operation/operation.ts';
import type { Database, Transaction } from './database/client.ts';
import { lockHeld } from './database/locks.ts';

/** The part of an operation's reference that the inventory uses: held resources carry this id. */
export type Holder = Pick<OperationRef, 'operationId'>;

/**
 * Runs `write` when the operation holds its instance. Everything that the operation holds is locked
 * meanwhile.
 * @returns the result of `write`; undefined when the operation does not hold its instance
 */
export type WhileHolding = <Result>(
  holder: Holder,
  write: (tx: Transaction, instance: Instance) => Promise<Result>,
) => Promise<Result | undefined>;

export function createWhileHolding(database: Database): WhileHolding {
  return ({ operationId }, write) =>
    database.$transaction(async (tx) => {
      const { instances } = await lockHeld(tx, operationId);
      const operation = await tx.operation.findUnique({ where: { id: operationId } });
      const instance = instances.find(({ dbiResourceId }) => dbiResourceId === operation?.resourceId);
      return instance && write(tx, instance);
    });
}

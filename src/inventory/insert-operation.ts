import { randomUUID } from 'node:crypto';
import type { NewOperation } from '../model/operation/input.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { Transaction } from './database/client.ts';
import { json } from './database/rows.ts';

/** Channel that announces a new operation; the payload is its id. */
export const OPERATION_CHANNEL = 'cornac_operation';

/**
 * Writes a new operation and announces it. The caller holds the lock of the resource, and writes the operation's id
 * into the rows that the operation holds.
 * @param resource the operation's own resource, whose id is the id of its workflow
 * @returns the operation's id
 */
export async function insertOperation(
  tx: Transaction,
  resource: ResourceRef,
  { type, input = {} }: NewOperation,
  requestId: string,
): Promise<string> {
  const id = randomUUID();
  await tx.operation.create({
    data: {
      id,
      resourceKind: resource.kind,
      resourceId: resource.id,
      resourceName: resource.name,
      type,
      input: json(input),
      state: 'pending',
      requestId,
      createdAt: new Date(),
    },
  });
  await tx.$executeRaw`SELECT pg_notify(${OPERATION_CHANNEL}, ${id})`;
  return id;
}

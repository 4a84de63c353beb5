import type { Instance } from '../model/db-instance/instance.ts';
import type { Facts, Reserved } from '../model/server/facts.ts';
import type { Transaction } from './database/client.ts';

/** An instance with reserved room, on a host where the provider has hosts. */
export interface Placed extends Pick<Instance, 'machine' | 'host' | 'dbInstanceClass' | 'allocatedStorage'> {
  /** The size that its open operation will give it. The instance may have either size now. */
  readonly reserved?: Reserved;
}

/**
 * All instances with reserved room, without `except`: instances that were made, whether or not their machines
 * exist, and instances whose operation has a reservation. An instance that is being deleted is left out,
 * because it needs no more than its machine has.
 */
export async function listPlaced(tx: Transaction, except: string): Promise<Placed[]> {
  const instances = await tx.instance.findMany({
    where: { status: { not: 'deleting' }, dbiResourceId: { not: except } },
    select: {
      primaryServer: { select: { machine: true, host: true } },
      dbInstanceClass: true,
      allocatedStorage: true,
      availableAt: true,
      operationId: true,
    },
  });
  const open = instances.flatMap(({ operationId }) => (operationId === null ? [] : [operationId]));
  const operations = await tx.operation.findMany({
    where: { id: { in: open } },
    select: { id: true, facts: true },
  });
  const reservations = new Map(operations.map(({ id, facts }) => [id, (facts as Facts).reserved]));
  return instances.flatMap(({ availableAt, operationId, primaryServer, ...sizes }) => {
    if (!primaryServer) return [];
    const placed = { ...sizes, ...primaryServer };
    const reserved = operationId === null ? undefined : reservations.get(operationId);
    const isPromised = placed.host !== null || availableAt !== null || reserved !== undefined;
    return isPromised ? [{ ...placed, ...(reserved && { reserved }) }] : [];
  });
}

import { type Instance, resourceOf } from '../model/db-instance/instance.ts';
import { type Snapshot, snapshotResource } from '../model/db-snapshot/snapshot.ts';
import type { OperationRef } from '../model/operation/operation.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { Database, Transaction } from './database/client.ts';
import { lockHeld } from './database/locks.ts';

/** The part of an operation's reference that the inventory uses: held resources carry this id. */
export type Holder = Pick<OperationRef, 'operationId'>;

/** What an operation holds: the resource that is its own, and what it holds together with that. */
export interface Holding {
  /** Its id is the id of the operation's workflow. */
  readonly resource: ResourceRef;
  readonly instance?: Instance;
  readonly snapshot?: Snapshot;
}

/**
 * Runs `write` when the operation holds its own resource. Everything that the operation holds is locked
 * meanwhile.
 * @returns the result of `write`; undefined when the operation does not hold its resource
 */
export type WhileHolding = <Result>(
  holder: Holder,
  write: (tx: Transaction, holding: Holding) => Promise<Result>,
) => Promise<Result | undefined>;

export function createWhileHolding(database: Database): WhileHolding {
  return ({ operationId }, write) =>
    database.$transaction(async (tx) => {
      const { instances, snapshots } = await lockHeld(tx, operationId);
      const operation = await tx.operation.findUnique({ where: { id: operationId } });
      const held: ResourceRef[] = [...instances.map(resourceOf), ...snapshots.map(snapshotResource)];
      const resource = held.find(
        ({ kind, id }) => kind === operation?.resourceKind && id === operation.resourceId,
      );
      const instance = instances.find(({ dbiResourceId }) => dbiResourceId === resource?.id) ?? instances[0];
      const [snapshot] = snapshots;
      return (
        resource && write(tx, { resource, ...(instance && { instance }), ...(snapshot && { snapshot }) })
      );
    });
}

/** The same for the instance that an operation holds, whichever resource is its own. */
export function createWhileHoldingInstance(whileHolding: WhileHolding) {
  return <Result>(
    holder: Holder,
    write: (tx: Transaction, instance: Instance) => Promise<Result>,
  ): Promise<Result | undefined> =>
    whileHolding(holder, async (tx, { instance }) => instance && write(tx, instance));
}

export type WhileHoldingInstance = ReturnType<typeof createWhileHoldingInstance>;

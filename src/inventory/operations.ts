import type { Instance } from '../model/db-instance/instance.ts';
import type { Snapshot } from '../model/db-snapshot/snapshot.ts';
import type { EventText } from '../model/event.ts';
import type { Operation, OperationRef, OperationState } from '../model/operation/operation.ts';
import type { ResourceKind, ResourceRef } from '../model/resource.ts';
import type { FactsPatch } from '../model/server/facts.ts';
import type { Database, Transaction } from './database/client.ts';
import { INSTANCE_ROWS, toInstance, toOperation } from './database/rows.ts';
import { toSnapshot } from './database/snapshot-rows.ts';
import { recordEvents } from './events.ts';
import { Prisma } from './generated/client.ts';
import { forgetUnusedLineages } from './lineages.ts';
import { abandonRest, type Outcome, type Reached, releasing, writeOutcome } from './outcome.ts';
import { createPlacement } from './placement.ts';
import { unlinkReplica } from './replicas.ts';
import { retainBackups } from './retained-backups.ts';
import {
  createWhileHolding,
  createWhileHoldingInstance,
  type Holder,
  type Holding,
} from './while-holding.ts';

/** An operation, its instance, and the snapshot that is its own or that it holds, each if it exists. */
export interface Found {
  readonly operation?: Operation;
  readonly instance?: Instance;
  readonly snapshot?: Snapshot;
}

/** Whether a row of `operation` holds its own resource. */
const HOLDS = Prisma.sql`(
  EXISTS (SELECT FROM instance AS i
    WHERE i.operation_id = operation.id AND i.dbi_resource_id = operation.dbi_resource_id)
  OR EXISTS (SELECT FROM db_snapshot AS s
    WHERE s.operation_id = operation.id AND s.id = operation.dbi_resource_id))`;

function close(tx: Transaction, id: string, state: OperationState, error?: string) {
  return tx.operation.updateMany({
    where: { id, state: { in: ['pending', 'running'] } },
    data: { state, error: error ?? null, closedAt: new Date() },
  });
}

async function remove(tx: Transaction, { kind, id }: ResourceRef): Promise<void> {
  if (kind === 'db-snapshot') await tx.snapshot.delete({ where: { id } });
  else await tx.instance.delete({ where: { dbiResourceId: id } });
}

/**
 * The operations of the inventory. An operation writes to a resource only while it holds the resource, that
 * is, while the resource's `operation_id` is its id. An operation that a delete has overtaken changes nothing
 * more.
 */
export function createOperations(database: Database) {
  const whileHolding = createWhileHolding(database);

  /** Ends an operation that another one has overtaken, and what it held together with its own resource. */
  const cancel = (ref: Holder, error?: string) =>
    database.$transaction(async (tx) => {
      await abandonRest(tx, ref);
      await close(tx, ref.operationId, 'cancelled', error);
    });

  const end = async (ref: Holder, state: OperationState, outcome: Outcome, error?: string) => {
    const held = await whileHolding(ref, async (tx, holding) => {
      await writeOutcome(tx, holding, releasing(outcome), ref);
      await close(tx, ref.operationId, state, error);
      return true;
    });
    if (!held) await cancel(ref, error);
  };

  return {
    ...createPlacement(createWhileHoldingInstance(whileHolding)),

    /**
     * Marks the operation as running.
     * @returns what it holds; undefined when nothing is to be done, because the operation has ended before or
     *   another operation has overtaken it
     */
    async begin(ref: Holder): Promise<Holding | undefined> {
      const begun = await whileHolding(ref, async (tx, holding) => {
        await tx.operation.updateMany({
          where: { id: ref.operationId, startedAt: null },
          data: { state: 'running', startedAt: new Date() },
        });
        return holding;
      });
      if (!begun) await cancel(ref);
      return begun;
    },

    /**
     * The resource with this id, and the named operation; without a name, the operation that holds the
     * instance with this id.
     */
    async look({ dbiResourceId, operationId }: Partial<OperationRef>): Promise<Found> {
      const findOperation = async (id: string | null | undefined) =>
        id ? await database.operation.findUnique({ where: { id } }) : null;
      const ofSnapshot = [
        ...(dbiResourceId ? [{ id: dbiResourceId }] : []),
        ...(operationId ? [{ operationId }] : []),
      ];
      const [row, snapshot, named] = await Promise.all([
        dbiResourceId
          ? database.instance.findUnique({ where: { dbiResourceId }, include: INSTANCE_ROWS })
          : null,
        ofSnapshot.length > 0 ? database.snapshot.findFirst({ where: { OR: ofSnapshot } }) : null,
        findOperation(operationId),
      ]);
      const operation = operationId ? named : await findOperation(row?.operationId);
      const instance = toInstance(row);
      return {
        ...(operation && { operation: toOperation(operation) }),
        ...(instance && { instance }),
        ...(snapshot && { snapshot: toSnapshot(snapshot) }),
      };
    },

    /**
     * Adds facts to an operation that holds its resource; null removes a fact. A null inside a fact stays, because
     * it is part of the fact. Facts of an overtaken operation are ignored.
     */
    async record({ operationId }: Holder, facts: FactsPatch): Promise<void> {
      await database.$executeRaw`
        UPDATE operation
        SET facts = (SELECT coalesce(jsonb_object_agg(key, value), '{}')
                     FROM jsonb_each(facts || ${JSON.stringify(facts)}::jsonb) WHERE value <> 'null')
        WHERE id = ${operationId}::uuid AND state IN ('pending', 'running') AND ${HOLDS}`;
    },

    /** Writes what has been reached so far. The operation goes on. */
    async note(ref: Holder, reached: Reached): Promise<void> {
      await whileHolding(ref, (tx, holding) => writeOutcome(tx, holding, reached, ref));
    },

    /** Ends the operation with success: status, facts and events in one transaction. */
    succeed: (ref: Holder, outcome: Outcome): Promise<void> => end(ref, 'succeeded', outcome),

    /** Ends the operation as failed. `error` is for a person and holds no secret. */
    fail: (ref: Holder, outcome: Outcome, error: string): Promise<void> => end(ref, 'failed', outcome, error),

    /** Ends a deletion: the resource and its secrets are removed, events and operations stay. */
    async forget(ref: Holder, events: readonly EventText[]): Promise<void> {
      await whileHolding(ref, async (tx, { resource, instance }) => {
        await recordEvents(tx, resource, events, ref.operationId);
        const asked = await tx.operation.findUniqueOrThrow({ where: { id: ref.operationId } });
        if (instance) {
          await retainBackups(tx, instance, toOperation(asked));
          await unlinkReplica(tx, instance);
        }
        await tx.secret.deleteMany({ where: { dbiResourceId: resource.id } });
        await remove(tx, resource);
        await forgetUnusedLineages(tx);
        await abandonRest(tx, ref);
        await close(tx, ref.operationId, 'succeeded');
      });
    },

    /** Operations that have not ended, oldest first. */
    async listOpen(states: readonly OperationState[] = ['pending', 'running']): Promise<Operation[]> {
      const rows = await database.operation.findMany({
        where: { state: { in: [...states] } },
        orderBy: { createdAt: 'asc' },
        take: 1000,
      });
      return rows.map(toOperation);
    },

    async find(id: string): Promise<Operation | undefined> {
      const row = await database.operation.findUnique({ where: { id } });
      return row ? toOperation(row) : undefined;
    },

    /** The latest operation on a resource of this kind and name, whether or not the resource still exists. */
    async findLatest(name: string, kind: ResourceKind = 'db-instance'): Promise<Operation | undefined> {
      const row = await database.operation.findFirst({
        where: { resourceKind: kind, resourceName: name },
        orderBy: { createdAt: 'desc' },
      });
      return row ? toOperation(row) : undefined;
    },

    /** Whether the operation holds its resource, that is, whether no other operation has overtaken it. */
    async holds(ref: Holder): Promise<boolean> {
      const [row] = await database.$queryRaw<{ holds: boolean }[]>`
        SELECT ${HOLDS} AS holds FROM operation WHERE id = ${ref.operationId}::uuid`;
      return row?.holds ?? false;
    },

    /** Closes an operation as cancelled, unless it still holds its resource. */
    async closeOvertaken(ref: Holder): Promise<void> {
      const holds = await whileHolding(ref, async () => true);
      if (!holds) await cancel(ref);
    },

    /** Takes an operation out of the outbox, because its workflow was started. */
    async markDispatched(id: string): Promise<void> {
      await database.operation.updateMany({
        where: { id, state: 'pending' },
        data: { state: 'running', startedAt: new Date() },
      });
    },

    /**
     * Puts a running operation whose workflow is lost back into the outbox, to begin anew. Returns `false`
     * when it has ended meanwhile.
     */
    async reopen(id: string): Promise<boolean> {
      const { count } = await database.operation.updateMany({
        where: { id, state: 'running' },
        data: { state: 'pending', startedAt: null, facts: {} },
      });
      return count > 0;
    },
  };
}

export type Operations = ReturnType<typeof createOperations>;

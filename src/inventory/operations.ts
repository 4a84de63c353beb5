import { type Instance, resourceOf } from '../model/db-instance/instance.ts';
import type { Status } from '../model/db-instance/status.ts';
import type { EventText } from '../model/event.ts';
import type { Operation, OperationRef, OperationState } from '../model/operation/operation.ts';
import type { ResourceKind } from '../model/resource.ts';
import type { FactsPatch, ServerFacts } from '../model/server/facts.ts';
import type { Database, Transaction } from './database/client.ts';
import { INSTANCE_ROWS, type InstancePatch, toColumns, toInstance, toOperation } from './database/rows.ts';
import { recordEvents } from './events.ts';
import { createPlacement } from './placement.ts';
import { createWhileHolding, type Holder } from './while-holding.ts';

/** The effect on the instance of what an operation has reached so far. */
export interface Reached {
  readonly patch?: InstancePatch;
  readonly events?: readonly EventText[];
}

/** The effect on the instance when an operation ends. */
export interface Outcome extends Reached {
  readonly status?: Status;
  /** The facts that were found of the primary server. */
  readonly found?: ServerFacts;
}

/** An operation and its instance, each if it exists. */
export interface Found {
  readonly operation?: Operation;
  readonly instance?: Instance;
}

function close(tx: Transaction, id: string, state: OperationState, error?: string) {
  return tx.operation.updateMany({
    where: { id, state: { in: ['pending', 'running'] } },
    data: { state, error: error ?? null, closedAt: new Date() },
  });
}

/**
 * The operations of the inventory. An operation writes to a resource only while it holds the resource, that
 * is, while the resource's `operation_id` is its id. An operation that a delete has overtaken changes nothing
 * more.
 */
export function createOperations(database: Database) {
  const whileHolding = createWhileHolding(database);

  const end = async (ref: Holder, state: OperationState, outcome: Outcome, error?: string) => {
    const held = await whileHolding(ref, async (tx, instance) => {
      const { status, patch, found, events = [] } = outcome;
      await tx.instance.update({
        where: { dbiResourceId: instance.dbiResourceId },
        data: toColumns({ ...patch, ...(status && { status }), operationId: null }, found),
      });
      await recordEvents(tx, resourceOf(instance), events, ref.operationId);
      await close(tx, ref.operationId, state, error);
      return true;
    });
    if (!held) await close(database, ref.operationId, 'cancelled', error);
  };

  return {
    ...createPlacement(whileHolding),

    /**
     * Marks the operation as running.
     * @returns its instance; undefined when nothing is to be done, because the operation has ended before or
     *   another operation has overtaken it
     */
    async begin(ref: Holder): Promise<Instance | undefined> {
      const begun = await whileHolding(ref, async (tx, instance) => {
        await tx.operation.updateMany({
          where: { id: ref.operationId, startedAt: null },
          data: { state: 'running', startedAt: new Date() },
        });
        return instance;
      });
      if (!begun) await close(database, ref.operationId, 'cancelled');
      return begun;
    },

    /**
     * The instance with this id, and the named operation; without a name, the operation that holds the
     * instance.
     */
    async look({ dbiResourceId, operationId }: Partial<OperationRef>): Promise<Found> {
      const findOperation = async (id: string | null | undefined) =>
        id ? await database.operation.findUnique({ where: { id } }) : null;
      const [row, named] = await Promise.all([
        dbiResourceId
          ? database.instance.findUnique({ where: { dbiResourceId }, include: INSTANCE_ROWS })
          : null,
        findOperation(operationId),
      ]);
      const operation = operationId ? named : await findOperation(row?.operationId);
      const instance = toInstance(row);
      return {
        ...(operation && { operation: toOperation(operation) }),
        ...(instance && { instance }),
      };
    },

    /** Adds facts to an operation that holds its instance. Facts of an overtaken operation are ignored. */
    async record({ operationId }: Holder, facts: FactsPatch): Promise<void> {
      await database.$executeRaw`
        UPDATE operation SET facts = jsonb_strip_nulls(facts || ${JSON.stringify(facts)}::jsonb)
        WHERE id = ${operationId}::uuid AND state IN ('pending', 'running')
          AND EXISTS (SELECT FROM instance WHERE operation_id = operation.id)`;
    },

    /** Writes what has been reached so far. The operation goes on. */
    async note(ref: Holder, { patch = {}, events = [] }: Reached): Promise<void> {
      await whileHolding(ref, async (tx, instance) => {
        if (Object.keys(patch).length > 0) {
          const { dbiResourceId } = instance;
          await tx.instance.update({ where: { dbiResourceId }, data: toColumns(patch) });
        }
        await recordEvents(tx, resourceOf(instance), events, ref.operationId);
      });
    },

    /** Ends the operation with success: status, facts and events in one transaction. */
    succeed: (ref: Holder, outcome: Outcome): Promise<void> => end(ref, 'succeeded', outcome),

    /** Ends the operation as failed. `error` is for a person and holds no secret. */
    fail: (ref: Holder, outcome: Outcome, error: string): Promise<void> => end(ref, 'failed', outcome, error),

    /** Ends a deletion: the instance and its secrets are removed, events and operations stay. */
    async forget(ref: Holder, events: readonly EventText[]): Promise<void> {
      await whileHolding(ref, async (tx, instance) => {
        await recordEvents(tx, resourceOf(instance), events, ref.operationId);
        const { dbiResourceId } = instance;
        await tx.secret.deleteMany({ where: { dbiResourceId } });
        await tx.instance.delete({ where: { dbiResourceId } });
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

    /** Whether the operation holds a resource, that is, whether no other operation has overtaken it. */
    async holds({ operationId }: Holder): Promise<boolean> {
      return (await database.instance.count({ where: { operationId } })) > 0;
    },

    /** Closes an operation as cancelled, unless it still holds its resource. */
    async closeOvertaken(ref: Holder): Promise<void> {
      const holds = await whileHolding(ref, async () => true);
      if (!holds) await close(database, ref.operationId, 'cancelled');
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

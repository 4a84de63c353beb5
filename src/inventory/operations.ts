import { type Instance, resourceOf } from '../model/db-instance/instance.ts';
import type { Status } from '../model/db-instance/status.ts';
import type { EventText } from '../model/event.ts';
import type { Operation, OperationRef, OperationState } from '../model/operation/operation.ts';
import type { ResourceKind } from '../model/resource.ts';
import type { FactsPatch, Reserved, ServerFacts } from '../model/server/facts.ts';
import type { Database, Transaction } from './database/client.ts';
import { lockHeld } from './database/locks.ts';
import { INSTANCE_ROWS, type InstancePatch, toColumns, toInstance, toOperation } from './database/rows.ts';
import { recordEvents } from './events.ts';
import { listPlaced, type Placed } from './placed.ts';

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

// Any number that Cornac uses for nothing else: one placement at a time.
const PLACEMENT_LOCK = 4107_2027;

function close(tx: Transaction, id: string, state: OperationState, error?: string) {
  return tx.operation.updateMany({
    where: { id, state: { in: ['pending', 'running'] } },
    data: { state, error: error ?? null, closedAt: new Date() },
  });
}

/** The part of an operation's reference that the inventory uses: held resources carry this id. */
type Holder = Pick<OperationRef, 'operationId'>;

/**
 * The operations of the inventory. An operation writes to a resource only while it holds the resource, that
 * is, while the resource's `operation_id` is its id. An operation that a delete has overtaken changes nothing
 * more.
 */
export function createOperations(database: Database) {
  /**
   * Runs `write` when the operation holds its instance. Everything that the operation holds is locked
   * meanwhile.
   * @returns the result of `write`; undefined when the operation does not hold its instance
   */
  const whileHolding = <Result>(
    { operationId }: Holder,
    write: (tx: Transaction, instance: Instance) => Promise<Result>,
  ): Promise<Result | undefined> =>
    database.$transaction(async (tx) => {
      const { instances } = await lockHeld(tx, operationId);
      const operation = await tx.operation.findUnique({ where: { id: operationId } });
      const instance = instances.find(({ dbiResourceId }) => dbiResourceId === operation?.resourceId);
      return instance && write(tx, instance);
    });

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

    /**
     * Stores the host that `choose` picks for the machine, unless a host is stored already: the first choice
     * stands, however many workers choose. Choices run one after another, so that each sees all earlier ones:
     * `others` are all other instances with reserved room.
     * @returns the stored host; undefined when another operation has overtaken this one
     */
    place: (ref: Holder, choose: (others: readonly Placed[]) => string): Promise<string | undefined> =>
      whileHolding(ref, async (tx, instance) => {
        const { dbiResourceId } = instance;
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(${PLACEMENT_LOCK})`;
        const host = instance.host ?? choose(await listPlaced(tx, dbiResourceId));
        if (instance.host === null) {
          await tx.instance.update({ where: { dbiResourceId }, data: toColumns({ host }) });
        }
        return host;
      }),

    /**
     * Reserves room for the operation's instance as `wanted`, unless `check` throws. Runs one at a time, also
     * with `place`, so that no room is reserved twice. A reservation stays until the operation ends.
     * @returns false when another operation has overtaken this one
     */
    async reserve(
      ref: Holder,
      wanted: Reserved,
      check: (others: readonly Placed[]) => void,
    ): Promise<boolean> {
      const held = await whileHolding(ref, async (tx, { dbiResourceId }) => {
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(${PLACEMENT_LOCK})`;
        const operation = await tx.operation.findUnique({ where: { id: ref.operationId } });
        if (!operation || toOperation(operation).facts.reserved) return true;
        check(await listPlaced(tx, dbiResourceId));
        await tx.$executeRaw`
          UPDATE operation SET facts = facts || ${JSON.stringify({ reserved: wanted })}::jsonb
          WHERE id = ${ref.operationId}::uuid`;
        return true;
      });
      return held ?? false;
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

import type pg from 'pg';
import type { Operation } from '../model/operation/operation.ts';
import { typesWith } from '../model/operation/operation-types.ts';
import type { Database } from './database/client.ts';
import { toOperation } from './database/rows.ts';
import type { Prisma } from './generated/client.ts';

/** Request id of operations that the reconciler begins by itself. */
export const RECONCILER = 'reconciler';

/**
 * The origin of an operation: a user who waits for it, or Cornac itself (a recovery, or a change for the
 * window).
 */
export type Origin = 'user' | 'own';

/**
 * At most this many of Cornac's own operations are open at once. More would recover nothing earlier, and
 * users would wait.
 */
const MAX_OWN = 50;
// An operation that hangs, for example with its host, counts no longer than this.
const COUNTS_MS = 10 * 60_000;

const OWN_TYPES = typesWith(({ isOwn }) => isOwn === true);
const isOwn: Prisma.OperationWhereInput = { OR: [{ type: { in: OWN_TYPES } }, { requestId: RECONCILER }] };

/** Operations that are running and began recently enough not to count as hanging. */
function isRunning(): Prisma.OperationWhereInput {
  return {
    state: 'running',
    startedAt: { gt: new Date(Date.now() - COUNTS_MS) },
  };
}

/** The part of a resource's latest operation that the reconciler needs. */
export interface LatestOperation {
  readonly type: Operation['type'];
  readonly state: Operation['state'];
  /** Null while the operation is open. */
  readonly closedAt: Date | null;
}

const LATEST = `
  SELECT DISTINCT ON (dbi_resource_id) dbi_resource_id AS id, type, state, closed_at AS "closedAt"
    FROM operation WHERE dbi_resource_id = ANY ($1) ORDER BY dbi_resource_id, created_at DESC`;

/** Pending operations, and the room for more of Cornac's own. */
export function createOutbox({ database, pool }: { database: Database; pool: pg.Pool }) {
  return {
    /** Pending operations of this origin except the given ids, oldest first. */
    async listPending(origin: Origin, limit: number, except: readonly string[] = []): Promise<Operation[]> {
      const rows = await database.operation.findMany({
        where: {
          state: 'pending',
          ...(except.length > 0 && { id: { notIn: [...except] } }),
          ...(origin === 'own' ? isOwn : { NOT: isOwn }),
        },
        orderBy: { createdAt: 'asc' },
        take: limit,
      });
      return rows.map(toOperation);
    },

    /** The number of Cornac's own pending operations that may be started now. */
    async findRoomToStart(): Promise<number> {
      const running = await database.operation.count({ where: { AND: [isOwn, isRunning()] } });
      return Math.max(0, MAX_OWN - running);
    },

    /** The number of operations that Cornac may begin by itself now. */
    async findRoomToBegin(): Promise<number> {
      const open = await database.operation.count({
        where: { AND: [isOwn, { OR: [{ state: 'pending' }, isRunning()] }] },
      });
      return Math.max(0, MAX_OWN - open);
    },

    /** The latest operation on each of these resources, by id of the resource. */
    async findLatest(resourceIds: readonly string[]): Promise<ReadonlyMap<string, LatestOperation>> {
      const { rows } = await pool.query<LatestOperation & { id: string }>(LATEST, [resourceIds]);
      return new Map(rows.map(({ id, ...latest }) => [id, latest]));
    },

    /** The numbers of pending and of running operations, each with the creation time of the oldest. */
    async countWaiting(): Promise<
      ReadonlyMap<'pending' | 'running', { count: number; oldest: Date | null }>
    > {
      const groups = await database.operation.groupBy({
        by: ['state'],
        where: { state: { in: ['pending', 'running'] } },
        _count: true,
        _min: { createdAt: true },
      });
      const none = { count: 0, oldest: null };
      const of = (state: string) => {
        const group = groups.find((each) => each.state === state);
        return group ? { count: group._count, oldest: group._min.createdAt } : none;
      };
      return new Map([
        ['pending', of('pending')],
        ['running', of('running')],
      ]);
    },

    /** The number of open operations, by type. */
    async countOpen(): Promise<ReadonlyMap<string, number>> {
      const groups = await database.operation.groupBy({
        by: ['type'],
        where: { state: { in: ['pending', 'running'] } },
        _count: true,
      });
      return new Map(groups.map(({ type, _count }) => [type, _count]));
    },
  };
}

export type Outbox = ReturnType<typeof createOutbox>;

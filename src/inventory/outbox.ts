import type pg from 'pg';
import type { Operation } from '../model/operation/operation.ts';
import { typesWith } from '../model/operation/operation-types.ts';
import type { Database } from './database/client.ts';
import { toOperation } from './database/rows.ts';
import type { Prisma } from './generated/client.ts';

/** Request id of what the reconciler begins by itself. */
export const RECONCILER = 'reconciler';

/** Whose an operation is: a user's, who waits for it, or Cornac's own: a recovery, or what waited for its window. */
export type Origin = 'user' | 'own';

/** So many of Cornac's own operations are open at once: more would bring nothing back sooner, and users would wait. */
const MOST_OWN = 50;
// One that hangs, with its host for instance, must not keep others from their turn for longer.
const COUNTS_MS = 10 * 60_000;

const OWN_TYPES = typesWith(({ isOwn }) => isOwn === true);
const isOwn: Prisma.OperationWhereInput = { OR: [{ type: { in: OWN_TYPES } }, { requestId: RECONCILER }] };

/** What is running and was not started so long ago that it hangs. */
function isRunning(): Prisma.OperationWhereInput {
  return {
    state: 'running',
    startedAt: { gt: new Date(Date.now() - COUNTS_MS) },
  };
}

/** As much of a resource's latest operation as the reconciler needs. */
export interface LatestOperation {
  readonly type: Operation['type'];
  readonly state: Operation['state'];
  /** Null while it has not ended. */
  readonly closedAt: Date | null;
}

const LATEST = `
  SELECT DISTINCT ON (dbi_resource_id) dbi_resource_id AS id, type, state, closed_at AS "closedAt"
    FROM operation WHERE dbi_resource_id = ANY ($1) ORDER BY dbi_resource_id, created_at DESC`;

/** Pending operations, and how many more of Cornac's own there is room for. */
export function createOutbox({ database, pool }: { database: Database; pool: pg.Pool }) {
  return {
    /** Pending operations of this origin without those named, oldest first. */
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

    /** How many pending operations of Cornac's own may be started now. */
    async findRoomToStart(): Promise<number> {
      const running = await database.operation.count({ where: { AND: [isOwn, isRunning()] } });
      return Math.max(0, MOST_OWN - running);
    },

    /** How many operations of Cornac's own may be begun now. */
    async findRoomToBegin(): Promise<number> {
      const open = await database.operation.count({
        where: { AND: [isOwn, { OR: [{ state: 'pending' }, isRunning()] }] },
      });
      return Math.max(0, MOST_OWN - open);
    },

    /** What was done last with each of these resources, by id. */
    async findLatest(resourceIds: readonly string[]): Promise<ReadonlyMap<string, LatestOperation>> {
      const { rows } = await pool.query<LatestOperation & { id: string }>(LATEST, [resourceIds]);
      return new Map(rows.map(({ id, ...latest }) => [id, latest]));
    },

    /** How many operations wait to be started, and how many are running, each with the time at which the oldest was asked for. */
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

    /** How many operations have not ended, by type. */
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

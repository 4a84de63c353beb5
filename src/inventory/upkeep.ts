import type pg from 'pg';
import { INVENTORY_IDENTIFIER } from '../model/db-instance/inventory-instance.ts';
import { type ReplicationFault, replicationEvent } from '../model/db-instance/replication.ts';
import { archivingStatuses, servingStatuses } from '../model/db-instance/status.ts';
import { type EventText, event } from '../model/event.ts';
import { type NamedResource, resourceKinds } from '../model/resource.ts';
import { archiveEvent } from '../model/server/archive.ts';
import type { Database } from './database/client.ts';
import { recordEvents } from './events.ts';

/** The result of a round of the reconciler. */
export interface Round {
  readonly endedAt: Date;
  /** The number of instances that should have a machine and have none. */
  readonly missing: number;
  /**
   * Why the round changed nothing, for a person; null where it did its work. Holds no path and no address.
   */
  readonly heldBack: string | null;
}

const INVENTORY: NamedResource = { kind: 'db-instance', name: INVENTORY_IDENTIFIER };

const ROUND = 1;
/** Rows per statement: a statement holds its locks until it ends. */
const CHUNK = 500;

// Rows are locked in one order, so that two rounds at once do not deadlock.
function settle(condition: string, assignment: string) {
  return `
  WITH settled AS (
    UPDATE instance SET ${assignment}
     WHERE dbi_resource_id IN (
       SELECT dbi_resource_id FROM instance AS i
        WHERE dbi_resource_id = ANY ($1) AND operation_id IS NULL AND ${condition}
        ORDER BY dbi_resource_id FOR UPDATE)
    RETURNING dbi_resource_id, identifier
  ), told AS (
    INSERT INTO event (date, source_type, source_identifier, event_id, categories, message)
    SELECT now(), '${resourceKinds['db-instance'].sourceType}', identifier, $2, $3, $4 FROM settled
  )
  SELECT dbi_resource_id FROM settled`;
}

const LOSE = settle(
  `status IN (${servingStatuses.map((status) => `'${status}'`).join(', ')})`,
  "status = 'failed', lost_at = clock_timestamp()",
);
// Only an instance that was available when its machine went, and had no operation since. Any other instance
// is not whole just because it has a machine.
const FIND = settle(
  `status = 'failed' AND lost_at IS NOT NULL AND NOT EXISTS (
     SELECT FROM operation AS o WHERE o.dbi_resource_id = i.dbi_resource_id AND o.created_at >= i.lost_at)`,
  "status = 'available', lost_at = NULL",
);

/** The reconciler's writes without an operation: thousands of instances at once. */
export function createUpkeep({ database, pool }: { database: Database; pool: pg.Pool }) {
  const settleAll = async (
    statement: string,
    ids: readonly string[],
    event: EventText,
  ): Promise<string[]> => {
    const settled: string[] = [];
    for (let from = 0; from < ids.length; from += CHUNK) {
      const { rows } = await pool.query<{ dbi_resource_id: string }>(statement, [
        ids.slice(from, from + CHUNK),
        event.eventId,
        event.categories,
        event.message,
      ]);
      settled.push(...rows.map((row) => row.dbi_resource_id));
    }
    return settled;
  };

  return {
    /**
     * Sets the status `failed`, with an event each, on those of these instances that should serve and that no
     * operation holds, because their machines are gone.
     * @returns their DbiResourceIds
     */
    lose: (dbiResourceIds: readonly string[]): Promise<string[]> =>
      settleAll(LOSE, dbiResourceIds, event('RDS-EVENT-0031', 'its machine no longer exists')),

    /**
     * Makes instances available again whose machines are back and serve: those that `lose` put into `failed`
     * and that had no operation since.
     * @returns their DbiResourceIds
     */
    find: (dbiResourceIds: readonly string[]): Promise<string[]> =>
      settleAll(FIND, dbiResourceIds, event('RDS-EVENT-0021')),

    /** Stores that the instance can be restored to this moment. No-op where it has no automated backups. */
    async noteRestorable(dbiResourceId: string, at: Date): Promise<void> {
      await database.instance.updateMany({
        where: {
          dbiResourceId,
          backupRetentionPeriod: { gt: 0 },
          OR: [{ latestRestorableAt: null }, { latestRestorableAt: { lt: at } }],
        },
        data: { latestRestorableAt: at },
      });
    },

    /**
     * Stores since when the log of the instance is not archived, or by null that it is. The first such note, and the first
     * that it is archived again, write an event, also while an operation holds the instance.
     * @returns whether this note wrote such an event
     */
    noteArchiving: (dbiResourceId: string, failingSince: Date | null): Promise<boolean> =>
      database.$transaction(async (tx) => {
        const [found] = await tx.instance.updateManyAndReturn({
          where: { dbiResourceId, archiveFailingSince: failingSince ? null : { not: null } },
          data: { archiveFailingSince: failingSince },
          select: { identifier: true },
        });
        if (!found) return false;
        await recordEvents(tx, { kind: 'db-instance', name: found.identifier }, [archiveEvent(failingSince)]);
        return true;
      }),

    /**
     * Stores why a read replica does not follow its source, or by null that it does. A change writes an event, also while an
     * operation holds the instance.
     * @returns whether this note wrote such an event
     */
    noteReplication: (dbiResourceId: string, fault: ReplicationFault | null): Promise<boolean> =>
      database.$transaction(async (tx) => {
        const isOther = fault
          ? { OR: [{ replicationFault: null }, { replicationFault: { not: fault } }] }
          : { replicationFault: { not: null } };
        const [found] = await tx.instance.updateManyAndReturn({
          where: { dbiResourceId, replicaSourceId: { not: null }, ...isOther },
          data: { replicationFault: fault },
          select: { identifier: true },
        });
        if (!found) return false;
        await recordEvents(tx, { kind: 'db-instance', name: found.identifier }, [replicationEvent(fault)]);
        return true;
      }),

    /** How many read replicas that run do not follow their source. */
    countNotReplicating: (): Promise<number> =>
      database.instance.count({
        where: { replicationFault: { not: null }, status: { in: [...servingStatuses] } },
      }),

    /** How many instances that run do not archive their log, and since when the first of them does not. */
    async findFailingArchives(): Promise<{ count: number; since: Date | null }> {
      const { _count, _min } = await database.instance.aggregate({
        where: { archiveFailingSince: { not: null }, status: { in: [...archivingStatuses] } },
        _count: true,
        _min: { archiveFailingSince: true },
      });
      return { count: _count, since: _min.archiveFailingSince };
    },

    /**
     * Stores the result of a round. The first round that is held back, and the first that is no longer, write
     * an event of the inventory's own instance.
     * @returns whether this round wrote such an event
     */
    record: (round: Round): Promise<boolean> =>
      database.$transaction(async (tx) => {
        await tx.reconcileRound.createMany({
          data: [{ id: ROUND, endedAt: new Date(0), missing: 0, heldBack: null }],
          skipDuplicates: true,
        });
        await tx.$queryRaw`SELECT 1 FROM reconcile_round WHERE id = ${ROUND} FOR UPDATE`;
        const { heldBack: before } = await tx.reconcileRound.findUniqueOrThrow({ where: { id: ROUND } });
        await tx.reconcileRound.update({ where: { id: ROUND }, data: round });
        if ((before === null) === (round.heldBack === null)) return false;
        const reported =
          round.heldBack === null
            ? event('CORNAC-EVENT-GOES-ON')
            : event('CORNAC-EVENT-HELD-BACK', round.heldBack);
        await recordEvents(tx, INVENTORY, [reported]);
        return true;
      }),

    /** The result of the last round; undefined before the first. */
    async findRound(): Promise<Round | undefined> {
      const row = await database.reconcileRound.findUnique({ where: { id: ROUND } });
      return row ? { endedAt: row.endedAt, missing: row.missing, heldBack: row.heldBack } : undefined;
    },
  };
}

export type Upkeep = ReturnType<typeof createUpkeep>;

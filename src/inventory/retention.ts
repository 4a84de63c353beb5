import type { Database } from './database/client.ts';

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

// Events: 14 days, as in RDS. Answers: longer than any SDK retries. Operations: a season, for later analysis.
// Signatures: until they have expired by the clock of every gateway.
const KEEP = { events: 14 * DAY, answers: DAY, operations: 90 * DAY, signatures: HOUR };

/** Removes old events, answers, signatures and operations. */
export function createRetention(database: Database) {
  return async (now: Date): Promise<void> => {
    const before = (age: number) => new Date(now.getTime() - age);
    await database.event.deleteMany({ where: { date: { lt: before(KEEP.events) } } });
    await database.invocation.deleteMany({ where: { createdAt: { lt: before(KEEP.answers) } } });
    await database.signature.deleteMany({ where: { goodUntil: { lt: before(KEEP.signatures) } } });
    // A resource's last operation stays as long as the resource, because the reconciler reads it, e.g. after a
    // failed deletion.
    await database.$executeRaw`
      DELETE FROM operation AS old WHERE closed_at < ${before(KEEP.operations)} AND (
        NOT EXISTS (SELECT FROM instance WHERE dbi_resource_id = old.dbi_resource_id
          UNION ALL SELECT FROM db_snapshot WHERE id = old.dbi_resource_id)
        OR EXISTS (SELECT FROM operation AS later
          WHERE later.dbi_resource_id = old.dbi_resource_id AND later.created_at > old.created_at))`;
  };
}

import type { Instance } from '../model/db-instance/instance.ts';
import { RETAINED_BACKUP_QUOTA, type RetainedBackup, retain } from '../model/db-snapshot/retained-backup.ts';
import {
  dbInstanceAutomatedBackupNotFound,
  dbInstanceAutomatedBackupQuotaExceeded,
  invalidDBInstanceAutomatedBackupState,
} from '../model/errors.ts';
import { type Asked, retainsBackups } from '../model/operation/input.ts';
import { answerOnce, type Call } from './calls.ts';
import type { Database, Transaction } from './database/client.ts';
import { json, read } from './database/rows.ts';
import type { RetainedBackup as Row } from './generated/client.ts';

/** The instance in JSON, where its time is a text. */
type StoredInstance = Omit<RetainedBackup['instance'], 'availableAt'> & {
  readonly availableAt: string | null;
};

function toRetainedBackup({ dbiResourceId: _, instance, ...row }: Row): RetainedBackup {
  const { availableAt, ...stored } = read<StoredInstance>(instance);
  return {
    ...row,
    instance: { ...stored, availableAt: availableAt === null ? null : new Date(availableAt) },
  };
}

/**
 * Refuses a deletion that retains backups, where the account has as many of them as it may. Deletions that run count, too.
 * @throws dbInstanceAutomatedBackupQuotaExceeded
 */
export async function refuseTooManyRetained(tx: Transaction): Promise<void> {
  // Two deletions at once must not both be the last one.
  await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtext('retained_backup'))::text`;
  const [{ count } = { count: 0 }] = await tx.$queryRaw<{ count: number }[]>`
    SELECT ((SELECT count(*) FROM retained_backup)
          + (SELECT count(*) FROM operation WHERE state IN ('pending', 'running')
               AND type = 'deleteDbInstance' AND input ->> 'retainBackups' = 'true'))::int AS count`;
  if (count >= RETAINED_BACKUP_QUOTA) throw dbInstanceAutomatedBackupQuotaExceeded(RETAINED_BACKUP_QUOTA);
}

/** Keeps the automated backups of an instance that a deletion is about to remove, where it asks for that. */
export async function retainBackups(tx: Transaction, instance: Instance, asked: Asked): Promise<void> {
  const retained = retainsBackups(asked) ? retain(instance, new Date()) : undefined;
  if (!retained) return;
  const { instance: kept, ...row } = retained;
  // Through JSON, because dates become texts there.
  const stored = json(JSON.parse(JSON.stringify(kept)));
  await tx.retainedBackup.create({ data: { ...row, dbiResourceId: kept.dbiResourceId, instance: stored } });
}

/** Automated backups of instances that are gone. Their snapshots go, by the reconciler, when they are no longer here. */
export function createRetainedBackups(database: Database) {
  return {
    /** All of them, by DbiResourceId. */
    async list(): Promise<RetainedBackup[]> {
      const rows = await database.retainedBackup.findMany({ orderBy: { dbiResourceId: 'asc' } });
      return rows.map(toRetainedBackup);
    },

    /** Those of the instance with this DbiResourceId; undefined where none are retained. */
    async find(dbiResourceId: string): Promise<RetainedBackup | undefined> {
      const row = await database.retainedBackup.findUnique({ where: { dbiResourceId } });
      return row ? toRetainedBackup(row) : undefined;
    },

    /**
     * Ends the retention.
     * @param name what the request names, for the error
     * @throws dbInstanceAutomatedBackupNotFound; invalidDBInstanceAutomatedBackupState while the instance exists
     */
    remove: (dbiResourceId: string, name: string, call: Call<RetainedBackup>): Promise<RetainedBackup> =>
      database.$transaction((tx) =>
        answerOnce(tx, call, async () => {
          if ((await tx.instance.count({ where: { dbiResourceId, backupRetentionPeriod: { gt: 0 } } })) > 0) {
            throw invalidDBInstanceAutomatedBackupState(
              `The automated backup ${name} belongs to a DB instance that exists: set its backup retention period to 0.`,
            );
          }
          await tx.$queryRaw`SELECT 1 FROM retained_backup WHERE dbi_resource_id = ${dbiResourceId} FOR UPDATE`;
          const row = await tx.retainedBackup.findUnique({ where: { dbiResourceId } });
          if (!row) throw dbInstanceAutomatedBackupNotFound(name);
          await tx.retainedBackup.delete({ where: { dbiResourceId } });
          return toRetainedBackup(row);
        }),
      ),

    /** Ends the retention of those whose retention period is over. */
    async expire(now: Date): Promise<void> {
      await database.$executeRaw`
        DELETE FROM retained_backup WHERE retained_at + backup_retention_period * interval '1 day' <= ${now}`;
    },
  };
}

export type RetainedBackups = ReturnType<typeof createRetainedBackups>;

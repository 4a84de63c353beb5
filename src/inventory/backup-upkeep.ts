import type { Instance } from '../model/db-instance/instance.ts';
import { automatedIdentifier, findExpired, isBackupDue } from '../model/db-snapshot/automated.ts';
import { groupByInstance, type Snapshot } from '../model/db-snapshot/snapshot.ts';
import { event } from '../model/event.ts';
import { isGoneOrBusy, isSnapshotGoneOrBusy } from '../model/gone.ts';
import { rulesOf } from '../model/operation/operation-types.ts';
import type { Call } from './calls.ts';
import type { Snapshots } from './db-snapshots.ts';
import { hasFailedLately } from './failed-lately.ts';
import type { Instances } from './instances.ts';
import { newSnapshotId } from './new-id.ts';
import type { Outbox } from './outbox.ts';
import type { RetainedBackups } from './retained-backups.ts';

const BACKUP = 'createDbSnapshot';
const REMOVAL = 'deleteDbSnapshot';

interface BackupUpkeepDeps {
  readonly instances: Pick<Instances, 'list' | 'change'>;
  readonly snapshots: Pick<Snapshots, 'list' | 'change'>;
  readonly retainedBackups: Pick<RetainedBackups, 'list' | 'expire'>;
  readonly outbox: Pick<Outbox, 'findLatest' | 'findRoomToBegin'>;
}

/**
 * Begins automated backups, and removes expired ones. What is to be done follows from the rows of instances and snapshots
 * alone, so that what one round leaves, the next one begins.
 */
export function createBackupUpkeep({ instances, snapshots, retainedBackups, outbox }: BackupUpkeepDeps) {
  const begin = async (change: () => Promise<boolean>): Promise<boolean> => {
    try {
      return await change();
    } catch (error) {
      if (isGoneOrBusy(error) || isSnapshotGoneOrBusy(error)) return false;
      throw error;
    }
  };

  const beginBackup = (
    dbiResourceId: string,
    made: readonly Snapshot[],
    call: Pick<Call, 'requestId'>,
    now: Date,
  ) =>
    begin(async () => {
      const { change } = await instances.change({ dbiResourceId }, call, (instance) => {
        const { identifier, operationId, status, settings, tags } = instance;
        const may = operationId === null && rulesOf(BACKUP).from.includes(status);
        if (!may || !isBackupDue(instance, made, now)) return {};
        const snapshot = {
          ...{
            id: newSnapshotId(),
            identifier: automatedIdentifier(identifier, now),
            type: 'automated' as const,
          },
          tags: settings.copyTagsToSnapshot ? tags : [],
        };
        return { operation: { type: BACKUP }, events: [event('RDS-EVENT-0001')], snapshot };
      });
      return change.operation !== undefined;
    });

  const beginRemoval = ({ identifier }: Snapshot, call: Pick<Call, 'requestId'>) =>
    begin(async () => {
      await snapshots.change(identifier, call, () => ({ operation: { type: REMOVAL } }));
      return true;
    });

  return {
    /** Begins the first backup of an instance that needs one and has none. The round begins another attempt at it. */
    async beginFirst(
      { dbiResourceId, backupRetentionPeriod = 0 }: Instance,
      call: Pick<Call, 'requestId'>,
    ): Promise<void> {
      if (backupRetentionPeriod === 0) return;
      const own = { types: new Set(['automated'] as const), dbiResourceIds: new Set([dbiResourceId]) };
      const made = await snapshots.list(own);
      if (made.length === 0) await beginBackup(dbiResourceId, made, call, new Date());
    },

    /**
     * Begins as many operations as there is room for: backups that are due first.
     * @returns the identifiers of the instances that are backed up, and of the snapshots that are removed
     */
    async begin(call: Pick<Call, 'requestId'>, now = new Date()): Promise<string[]> {
      await retainedBackups.expire(now);
      // Instances first: one that goes meanwhile is then among those whose backups are retained.
      const all = await instances.list();
      const retained = await retainedBackups.list();
      const automated = groupByInstance(await snapshots.list({ types: new Set(['automated'] as const) }));
      const madeOf = (dbiResourceId: string) => automated.get(dbiResourceId) ?? [];
      const known = new Map<string, Pick<Instance, 'backupRetentionPeriod'>>([
        ...retained.map((each) => [each.instance.dbiResourceId, each] as const),
        ...all.map((instance) => [instance.dbiResourceId, instance] as const),
      ]);
      const due = all.filter((each) => isBackupDue(each, madeOf(each.dbiResourceId), now));
      const expired = [...automated].flatMap(([id, each]) => findExpired(each, known.get(id), now));
      if (due.length + expired.length === 0) return [];

      const ids = [...due.map(({ dbiResourceId }) => dbiResourceId), ...expired.map(({ id }) => id)];
      const latest = await outbox.findLatest(ids);
      const room = await outbox.findRoomToBegin();
      const begun: string[] = [];
      for (const { dbiResourceId, identifier } of due) {
        if (begun.length >= room) break;
        if (hasFailedLately(latest.get(dbiResourceId), BACKUP, now)) continue;
        if (await beginBackup(dbiResourceId, madeOf(dbiResourceId), call, now)) begun.push(identifier);
      }
      for (const snapshot of expired) {
        if (begun.length >= room) break;
        if (hasFailedLately(latest.get(snapshot.id), REMOVAL, now)) continue;
        if (await beginRemoval(snapshot, call)) begun.push(snapshot.identifier);
      }
      return begun;
    },
  };
}

export type BackupUpkeep = ReturnType<typeof createBackupUpkeep>;

import { concludeSnapshot } from '../model/db-snapshot/conclusion.ts';
import { successEvents } from '../model/operation/conclusion.ts';
import { finalFailure } from './activity-failure.ts';
import { createArchiveLog } from './archive-log.ts';
import { createBackupWork } from './backup-work.ts';
import type { ActivityDeps } from './deps.ts';
import type { OperationActivities } from './operation-activity.ts';

/** Steps that make and remove the backups of DB snapshots. */
export function backupActivities(
  deps: Pick<ActivityDeps, 'provider' | 'guest' | 'inventory'>,
  { held, heldSnapshot }: OperationActivities,
) {
  const work = createBackupWork(deps);
  const { operations } = deps.inventory;
  return {
    /** Gives the server its repository, to which it archives its write-ahead log from now on. */
    prepareRepository: held<[], void>('prepareRepository', work.prepareRepository),

    /** Makes the backup, which goes on in the machine where the worker ends. */
    takeBackup: held<[], void>('takeBackup', work.takeBackup),

    /** Makes the cluster of a backup. The work goes on in the machine where the worker ends. */
    restoreCluster: held<[], void>('restoreCluster', work.restoreCluster),

    /** Makes a final snapshot available. The operation no longer holds it, and goes on with the instance alone. */
    noteSnapshot: held<[], void>('noteSnapshot', async (call) => {
      const { snapshot, operation } = call;
      if (!snapshot) return;
      if (operation.facts.backup?.snapshot !== snapshot.id) await work.takeBackup(call);
      const { operation: { facts } = operation } = await operations.look(call.ref);
      const outcome = concludeSnapshot(snapshot, facts);
      if (!outcome) throw finalFailure('NotReached', 'without effect: backup');
      const patch = { ...outcome.patch, operationId: null };
      await operations.note(call.ref, { snapshot: { ...outcome, patch } });
    }),

    /** Archives the log of a server that is about to go, whose automated backups are retained. */
    archiveLog: held<[], void>('archiveLog', createArchiveLog(deps)),

    removeBackup: heldSnapshot<[], void>('removeBackup', work.removeBackup),

    /** Ends the deletion of a snapshot. */
    forgetSnapshot: heldSnapshot<[], void>(
      'forgetSnapshot',
      async (call) => {
        if (!call.operation.facts.destroyed) await work.removeBackup(call);
        await operations.forget(call.ref, successEvents(call.operation));
      },
      { done: () => {} },
    ),
  };
}

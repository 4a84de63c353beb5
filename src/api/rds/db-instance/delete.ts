import type { DeleteDBInstanceMessage } from '@aws-sdk/client-rds';
import { newSnapshotId } from '../../../inventory/new-id.ts';
import type { Instance } from '../../../model/db-instance/instance.ts';
import { refuseOnInventory } from '../../../model/db-instance/inventory-instance.ts';
import type { Status } from '../../../model/db-instance/status.ts';
import { readNewSnapshotIdentifier } from '../../../model/db-snapshot/identifier.ts';
import type { NewSnapshot } from '../../../model/db-snapshot/snapshot.ts';
import {
  invalidDBInstanceState,
  invalidParameterCombination,
  invalidParameterValue,
} from '../../../model/errors.ts';
import { refuseBeginning } from '../../../model/operation/beginning.ts';
import { type ActionContext, action } from '../../action.ts';
import { changeInstance } from './change.ts';

/** Statuses in which an instance cannot be backed up: API_DeleteDBInstance, SkipFinalSnapshot. */
const WITHOUT_DATA: readonly Status[] = ['creating', 'failed'];

/**
 * The final snapshot that the request asks for; undefined where it asks for none. RDS looks at the instance before.
 * @throws invalidParameterCombination, invalidParameterValue, invalidDBInstanceState
 */
function readFinalSnapshot(
  input: DeleteDBInstanceMessage,
  { config }: Pick<ActionContext, 'config'>,
  { identifier, status, settings, tags, replicaOf }: Instance,
): NewSnapshot | undefined {
  const { SkipFinalSnapshot: skip = false, FinalDBSnapshotIdentifier: final } = input;
  if (skip && final !== undefined) {
    throw invalidParameterCombination(
      'FinalDBSnapshotIdentifier can not be specified when SkipFinalSnapshot is true.',
    );
  }
  if (skip) return undefined;
  if (replicaOf) {
    throw invalidParameterCombination(
      'A final snapshot of a read replica cannot be made. Specify SkipFinalSnapshot and no FinalDBSnapshotIdentifier.',
    );
  }
  if (final === undefined) {
    throw invalidParameterCombination(
      'FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.',
    );
  }
  if (config.backupRepository === undefined) {
    throw invalidParameterValue(
      'The parameter FinalDBSnapshotIdentifier asks for what this endpoint does not offer yet: DB snapshots. ' +
        'Delete with SkipFinalSnapshot, after a backup of your own.',
    );
  }
  if (WITHOUT_DATA.includes(status)) {
    throw invalidDBInstanceState(
      `Instance ${identifier} is ${status}: a final snapshot cannot be made. Specify SkipFinalSnapshot.`,
    );
  }
  return {
    id: newSnapshotId(),
    identifier: readNewSnapshotIdentifier('FinalDBSnapshotIdentifier', final),
    type: 'manual',
    tags: settings.copyTagsToSnapshot ? tags : [],
  };
}

/** Whether the request leaves automated backups. An instance that cannot be restored yet has none that are of use. */
function retainsBackups(
  { DeleteAutomatedBackups: go = true }: DeleteDBInstanceMessage,
  { backupRetentionPeriod = 0, latestRestorableAt }: Instance,
): boolean {
  return !go && backupRetentionPeriod > 0 && Boolean(latestRestorableAt);
}

/**
 * Deletes an instance in any status, and overtakes a running operation. Its read replicas are promoted when it is gone. The
 * reconciler removes its automated backups, at once or
 * when their retention period is over.
 */
export const deleteDBInstance = action('DeleteDBInstance', async (input, context) => {
  return changeInstance(context, input.DBInstanceIdentifier, (instance) => {
    refuseOnInventory(instance.identifier, 'deleted');
    if (instance.deletionProtection) {
      // Terraform's provider searches the message for "disable deletion pro".
      throw invalidParameterCombination(
        'Cannot delete protected DB Instance, please disable deletion protection and try again.',
      );
    }
    refuseBeginning('deleteDbInstance', instance);
    const snapshot = readFinalSnapshot(input, context, instance);
    const asked = {
      ...(snapshot && { finalSnapshot: true as const }),
      ...(retainsBackups(input, instance) && { retainBackups: true as const }),
    };
    return { operation: { type: 'deleteDbInstance', input: asked }, ...(snapshot && { snapshot }) };
  });
});

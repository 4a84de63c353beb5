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
import { parameterNotOffered } from '../../request/not-offered.ts';
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
  { identifier, status, settings, tags }: Instance,
): NewSnapshot | undefined {
  const { SkipFinalSnapshot: skip = false, FinalDBSnapshotIdentifier: final } = input;
  if (skip && final !== undefined) {
    throw invalidParameterCombination(
      'FinalDBSnapshotIdentifier can not be specified when SkipFinalSnapshot is true.',
    );
  }
  if (skip) return undefined;
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

/** Cornac keeps no automated backups of an instance that is gone: a final snapshot stays. */
function refuseKeepingBackups(
  { DeleteAutomatedBackups: go = true }: DeleteDBInstanceMessage,
  { backupRetentionPeriod = 0 }: Instance,
): void {
  if (go || backupRetentionPeriod === 0) return;
  throw parameterNotOffered('DeleteAutomatedBackups', 'automated backups of deleted DB instances', 'true');
}

/**
 * Deletes an instance in any status, and overtakes a running operation. The reconciler removes its automated backups.
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
    refuseKeepingBackups(input, instance);
    refuseBeginning('deleteDbInstance', instance);
    const snapshot = readFinalSnapshot(input, context, instance);
    if (!snapshot) return { operation: { type: 'deleteDbInstance' } };
    return { operation: { type: 'deleteDbInstance', input: { finalSnapshot: true } }, snapshot };
  });
});

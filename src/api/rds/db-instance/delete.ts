import type { DeleteDBInstanceMessage } from '@aws-sdk/client-rds';
import { refuseOnInventory } from '../../../model/db-instance/inventory-instance.ts';
import { invalidParameterCombination, invalidParameterValue } from '../../../model/errors.ts';
import { refuseBeginning } from '../../../model/operation/beginning.ts';
import { action } from '../../action.ts';
import { changeInstance } from './change.ts';

/** What RDS says about the final snapshot, after it has looked at the instance. */
function refuseFinalSnapshot(input: DeleteDBInstanceMessage): void {
  const { SkipFinalSnapshot: skip = false, FinalDBSnapshotIdentifier: final } = input;
  if (skip && final !== undefined) {
    throw invalidParameterCombination(
      'FinalDBSnapshotIdentifier can not be specified when SkipFinalSnapshot is true.',
    );
  }
  if (!skip && final === undefined) {
    throw invalidParameterCombination(
      'FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.',
    );
  }
  if (!skip) {
    throw invalidParameterValue(
      'The parameter FinalDBSnapshotIdentifier asks for what this endpoint does not offer yet: DB snapshots. ' +
        'Delete with SkipFinalSnapshot, after a backup of your own.',
    );
  }
}

/**
 * Deletes an instance in any status, and overtakes a running operation. DeleteAutomatedBackups has no effect,
 * because Cornac has no automated backups to delete or keep.
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
    refuseFinalSnapshot(input);
    return { operation: { type: 'deleteDbInstance' } };
  });
});

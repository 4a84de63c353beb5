import {
  DeleteDBInstance$,
  type DeleteDBInstanceMessage,
  type DeleteDBInstanceResult,
} from '@aws-sdk/client-rds';
import { invalidParameterCombination } from '../../model/errors.ts';
import { refuseNotOffered } from '../../model/not-offered.ts';
import { action } from '../action.ts';
import { changeInstance } from './change-instance.ts';

const refuseSnapshotContradiction = (input: DeleteDBInstanceMessage): void => {
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
};

/**
 * Deletes whatever the instance's status is, a running operation is overtaken. DeleteAutomatedBackups says nothing
 * here: there are none, neither to delete nor to keep.
 */
export const deleteDBInstance = action<DeleteDBInstanceMessage, DeleteDBInstanceResult>(
  DeleteDBInstance$,
  async (input, context) => {
    refuseSnapshotContradiction(input);
    refuseNotOffered(input);

    return changeInstance(context, input.DBInstanceIdentifier, ({ deletionProtection }) => {
      if (deletionProtection) {
        // Terraform's provider looks for "disable deletion pro".
        throw invalidParameterCombination(
          'Cannot delete protected DB Instance, please disable deletion protection and try again.',
        );
      }
      return { operation: { type: 'deleteDbInstance' } };
    });
  },
);

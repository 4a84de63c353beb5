import type { Snapshot } from '../../../model/db-snapshot/snapshot.ts';
import { invalidDBSnapshotState } from '../../../model/errors.ts';
import { action } from '../../action.ts';
import { required } from '../db-instance/rules.ts';
import { readSnapshotIdentifier } from './named.ts';
import { toDBSnapshot } from './view.ts';

/** Deletes a manual snapshot. The snapshots of the backup window go with their instance's backups alone. */
export const deleteDBSnapshot = action('DeleteDBSnapshot', async (input, context) => {
  const { inventory, owner, requestId, invocation } = context;
  const named = required('DBSnapshotIdentifier', input.DBSnapshotIdentifier);
  const name = readSnapshotIdentifier(named, owner);
  // RDS answers `deleted` at once (AWS CLI, delete-db-snapshot), and shows `deleting` for as long as there is something.
  const answer = (snapshot: Snapshot) => ({
    DBSnapshot: { ...toDBSnapshot(snapshot, owner), Status: 'deleted' },
  });
  const deleted = await inventory.snapshots.change(name, { requestId, invocation, answer }, ({ type }) => {
    if (type === 'automated') {
      throw invalidDBSnapshotState(`Snapshot ${name} is automated and cannot be deleted by this action.`);
    }
    return { operation: { type: 'deleteDbSnapshot' } };
  });
  return answer(deleted);
});

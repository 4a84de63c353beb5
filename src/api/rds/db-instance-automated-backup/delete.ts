import type { DeleteDBInstanceAutomatedBackupMessage } from '@aws-sdk/client-rds';
import type { RetainedBackup } from '../../../model/db-snapshot/retained-backup.ts';
import { dbInstanceAutomatedBackupNotFound, invalidParameterCombination } from '../../../model/errors.ts';
import type { Owner } from '../../../model/owner.ts';
import { action } from '../../action.ts';
import { ownerOfBackup, toRetainedBackup } from './view.ts';

/**
 * What the request names, and the DbiResourceId of its instance.
 * @throws invalidParameterCombination, dbInstanceAutomatedBackupNotFound
 */
function readNamed(input: DeleteDBInstanceAutomatedBackupMessage, owner: Owner) {
  const { DbiResourceId: id, DBInstanceAutomatedBackupsArn: arn } = input;
  if ((id === undefined) === (arn === undefined)) {
    throw invalidParameterCombination(
      'Specify either DbiResourceId or DBInstanceAutomatedBackupsArn, and not both.',
    );
  }
  const name = id ?? arn ?? '';
  const dbiResourceId = id ?? ownerOfBackup(name, owner);
  if (dbiResourceId === undefined) throw dbInstanceAutomatedBackupNotFound(name);
  return { name, dbiResourceId };
}

/** Ends the retention of the backups of an instance that is gone. The reconciler then removes them. */
export const deleteDBInstanceAutomatedBackup = action(
  'DeleteDBInstanceAutomatedBackup',
  async (input, { inventory, owner, requestId, invocation }) => {
    const { name, dbiResourceId } = readNamed(input, owner);
    const automated = await inventory.snapshots.list({
      ...{ types: new Set(['automated']), dbiResourceIds: new Set([dbiResourceId]) },
    });
    const answer = (retained: RetainedBackup) => ({
      DBInstanceAutomatedBackup: { ...toRetainedBackup(retained, automated, owner), Status: 'deleting' },
    });
    const call = { requestId, invocation, answer };
    return answer(await inventory.retainedBackups.remove(dbiResourceId, name, call));
  },
);

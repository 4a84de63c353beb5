import { readAttributes } from '../../../model/db-instance/attributes.ts';
import { invalidDBInstanceState } from '../../../model/errors.ts';
import { event } from '../../../model/event.ts';
import { checkAll } from '../../../model/refusals.ts';
import { action } from '../../action.ts';
import { refuseNotOffered } from '../../request/not-offered.ts';
import { changeInstance } from './change.ts';
import { refuseBackupsWithoutRepository } from './rules.ts';

/** Makes an instance of its own of a read replica, with the changes that it has received. It gets its own backups then. */
export const promoteReadReplica = action('PromoteReadReplica', async (input, context) => {
  const { BackupRetentionPeriod: backupRetentionPeriod, PreferredBackupWindow: preferredBackupWindow } =
    input;

  return changeInstance(context, input.DBInstanceIdentifier, (instance) => {
    if (!instance.replicaOf) {
      throw invalidDBInstanceState(`DB Instance ${instance.identifier} is not a read replica.`);
    }
    checkAll({
      backups: () => refuseBackupsWithoutRepository(backupRetentionPeriod, context.config),
      attributes: () => readAttributes(input, instance),
      notOffered: () => refuseNotOffered(input),
    });
    const asked = {
      ...(backupRetentionPeriod !== undefined && { backupRetentionPeriod }),
      ...(preferredBackupWindow !== undefined && { preferredBackupWindow }),
    };
    return {
      operation: { type: 'promoteReadReplica', input: asked },
      events: backupRetentionPeriod ? [event('RDS-EVENT-0032')] : [],
    };
  });
});

import { refuseRestoring } from '../../../model/db-snapshot/restoring.ts';
import { notOffered } from '../../../model/errors.ts';
import { action } from '../../action.ts';
import { refuseNotOffered } from '../../request/not-offered.ts';
import { findNamedGroups } from '../db-instance/groups.ts';
import { readIdentifier } from '../db-instance/names.ts';
import { beginRestore, readRestored } from '../db-instance/restored.ts';
import { required } from '../db-instance/rules.ts';
import { requireSnapshot } from './named.ts';

/** Records an instance that a workflow then makes of a snapshot. The snapshot stays, and its instance may be gone. */
export const restoreDBInstanceFromDBSnapshot = action(
  'RestoreDBInstanceFromDBSnapshot',
  async (input, context) => {
    const { inventory, config } = context;
    if (config.backupRepository === undefined) throw notOffered('RestoreDBInstanceFromDBSnapshot');
    // A request for a cluster's snapshot names no other one.
    if (input.DBClusterSnapshotIdentifier) refuseNotOffered(input);
    const [snapshot, groups, offered, defaultAuthority] = await Promise.all([
      requireSnapshot(required('DBSnapshotIdentifier', input.DBSnapshotIdentifier), context),
      findNamedGroups(input, inventory),
      inventory.engineVersions.list(),
      inventory.certificates.findDefault(),
    ]);
    const restore = {
      ...{ source: snapshot.instance, backupRetentionPeriod: 0, offered, groups },
      identify: () => readIdentifier(input.DBInstanceIdentifier, config),
      refuseSource: () => refuseRestoring(snapshot),
    };
    const members = readRestored(input, restore, context);
    const { id, identifier } = snapshot;
    return beginRestore(input, members, { snapshot: { id, identifier } }, defaultAuthority, context);
  },
);

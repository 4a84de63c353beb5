import type { Instance } from '../../../model/db-instance/instance.ts';
import { refuseRestoring } from '../../../model/db-snapshot/restoring.ts';
import { notOffered } from '../../../model/errors.ts';
import { action } from '../../action.ts';
import { refuseNotOffered } from '../../request/not-offered.ts';
import { findNamedGroups } from '../db-instance/groups.ts';
import { readIdentifier } from '../db-instance/names.ts';
import { newInstance, refuseWithoutRoom } from '../db-instance/new-instance.ts';
import { readRestored } from '../db-instance/restored.ts';
import { required } from '../db-instance/rules.ts';
import { toDBInstance } from '../db-instance/view.ts';
import { requireSnapshot } from './named.ts';

/** Records an instance that a workflow then makes of a snapshot. The snapshot stays, and its instance may be gone. */
export const restoreDBInstanceFromDBSnapshot = action(
  'RestoreDBInstanceFromDBSnapshot',
  async (input, context) => {
    const { inventory, config, owner, requestId, invocation } = context;
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
    await refuseWithoutRoom(members, context);
    const answer = (created: Instance) => ({ DBInstance: toDBInstance(created, owner) });
    const instance = newInstance(members, input, { ...config, defaultAuthority });
    const { id, identifier } = snapshot;
    const call = { requestId, invocation, answer };
    return answer(await inventory.instances.restore(instance, { snapshot: { id, identifier } }, call));
  },
);

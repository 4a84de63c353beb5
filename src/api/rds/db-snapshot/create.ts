import type { Changed } from '../../../inventory/instances.ts';
import { newSnapshotId } from '../../../inventory/new-id.ts';
import { refuseOnInventory } from '../../../model/db-instance/inventory-instance.ts';
import { refuseOnReplica } from '../../../model/db-instance/replication.ts';
import { readNewSnapshotIdentifier } from '../../../model/db-snapshot/identifier.ts';
import { notOffered } from '../../../model/errors.ts';
import { event } from '../../../model/event.ts';
import { checkAll } from '../../../model/refusals.ts';
import { addTags } from '../../../model/tags.ts';
import { action } from '../../action.ts';
import { readInstanceName } from '../db-instance/change.ts';
import { required } from '../db-instance/rules.ts';
import { toNewDBSnapshot } from './view.ts';

/** Records a snapshot that a workflow then makes of the instance. It holds both until it is made. */
export const createDBSnapshot = action('CreateDBSnapshot', async (input, context) => {
  const { inventory, config, owner, requestId, invocation } = context;
  if (config.backupRepository === undefined) throw notOffered('CreateDBSnapshot');
  const { identifier, instanceName, tags } = checkAll({
    identifier: () =>
      readNewSnapshotIdentifier(
        'DBSnapshotIdentifier',
        required('DBSnapshotIdentifier', input.DBSnapshotIdentifier),
      ),
    instanceName: () => readInstanceName(required('DBInstanceIdentifier', input.DBInstanceIdentifier), owner),
    tags: () => addTags([], input.Tags ?? []),
  });
  const answer = ({ instance, change }: Changed) => ({
    DBSnapshot: change.snapshot && toNewDBSnapshot(instance, change.snapshot, owner),
  });
  const call = { requestId, invocation, answer };
  const changed = await inventory.instances.change({ identifier: instanceName }, call, (instance) => {
    refuseOnInventory(instance.identifier, 'backed up by this action');
    refuseOnReplica(instance, 'backed up here: back up its source, or promote it first');
    // Tags of the request take the place of all tags of the instance: UG USER_Tagging.
    const copied = instance.settings.copyTagsToSnapshot ? instance.tags : [];
    const snapshot = {
      ...{ id: newSnapshotId(), identifier, type: 'manual' as const },
      tags: tags.length > 0 ? tags : copied,
    };
    return { operation: { type: 'createDbSnapshot' }, events: [event('RDS-EVENT-0001')], snapshot };
  });
  return answer(changed);
});

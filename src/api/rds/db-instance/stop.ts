import { refuseOnInventory } from '../../../model/db-instance/inventory-instance.ts';
import { refuseToStop } from '../../../model/db-instance/replication.ts';
import { action } from '../../action.ts';
import { parameterNotOffered } from '../../request/not-offered.ts';
import { changeInstance } from './change.ts';

/**
 * Stops PostgreSQL and its machine until StartDBInstance. RDS starts an instance after a week, Cornac does
 * not.
 */
export const stopDBInstance = action('StopDBInstance', async (input, context) => {
  if (input.DBSnapshotIdentifier !== undefined) {
    throw parameterNotOffered('DBSnapshotIdentifier', 'a DB snapshot of a stop');
  }

  return changeInstance(context, input.DBInstanceIdentifier, (instance) => {
    refuseOnInventory(instance.identifier, 'stopped');
    refuseToStop(instance);
    return { operation: { type: 'stopDbInstance' } };
  });
});

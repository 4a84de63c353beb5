import type { DBInstance } from '@aws-sdk/client-rds';
import type { Change, Changed } from '../../../inventory/instances.ts';
import type { Instance } from '../../../model/db-instance/instance.ts';
import { modificationOf } from '../../../model/operation/input.ts';
import type { ActionContext } from '../../action.ts';
import { toDBInstance } from './view.ts';

/**
 * Changes the instance with this identifier and returns its new state, as most actions on an instance do.
 * `decide` runs under the instance's lock.
 * @throws dbInstanceNotFound, invalidDBInstanceState
 */
export async function changeInstance(
  { inventory, owner, requestId, invocation }: ActionContext,
  identifier: string | undefined,
  decide: (instance: Instance) => Change,
): Promise<{ DBInstance: DBInstance }> {
  const answer = ({ instance, change }: Changed) => ({
    DBInstance: toDBInstance(instance, owner, change.operation && modificationOf(change.operation)),
  });
  const ref = { identifier: (identifier ?? '').toLowerCase() };
  return answer(await inventory.instances.change(ref, { requestId, invocation, answer }, decide));
}

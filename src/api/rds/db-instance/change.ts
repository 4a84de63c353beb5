import type { DBInstance } from '@aws-sdk/client-rds';
import type { Change } from '../../../inventory/instances.ts';
import type { Instance } from '../../../model/db-instance/instance.ts';
import type { ActionContext } from '../../action.ts';
import { toDBInstance } from './view.ts';

/**
 * Changes the instance with this identifier and answers with what has become of it, as most actions on an instance do.
 * `decide` runs under the instance's lock.
 * @throws dbInstanceNotFound, invalidDBInstanceState
 */
export async function changeInstance(
  { inventory, config, requestId, invocation }: ActionContext,
  identifier: string | undefined,
  decide: (instance: Instance) => Change,
): Promise<{ DBInstance: DBInstance }> {
  let change: Change = {};
  const answer = (instance: Instance) => ({
    DBInstance: toDBInstance(instance, config, change.operation?.input?.modification),
  });
  const instance = await inventory.instances.change(
    { identifier: (identifier ?? '').toLowerCase() },
    { requestId, invocation, answer },
    (found) => {
      change = decide(found);
      return change;
    },
  );
  return answer(instance);
}

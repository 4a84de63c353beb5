import type { DBInstance } from '@aws-sdk/client-rds';
import type { Change, Changed } from '../../../inventory/instances.ts';
import { notAnIdentifier, refuseBadIdentifier } from '../../../model/db-instance/identifier.ts';
import type { Instance } from '../../../model/db-instance/instance.ts';
import { modificationOf } from '../../../model/operation/input.ts';
import type { Owner } from '../../../model/owner.ts';
import type { ActionContext } from '../../action.ts';
import { resourceNameOf } from '../../request/resource-name.ts';
import { toDBInstance } from './view.ts';

/**
 * The instance that the request names by identifier or ARN.
 * @throws invalidParameterValue for a text that cannot name an instance of the caller
 */
export function readInstanceName(text: string, owner: Owner): string {
  const name = resourceNameOf('db-instance', text, owner);
  if (name === undefined) throw notAnIdentifier('DBInstanceIdentifier');
  refuseBadIdentifier('DBInstanceIdentifier', name);
  return name;
}

/**
 * Changes the instance with this identifier and returns its new state, as most actions on an instance do.
 * `decide` runs under the instance's lock.
 * @throws dbInstanceNotFound, invalidDBInstanceState, invalidParameterValue
 */
export async function changeInstance(
  { inventory, owner, requestId, invocation }: ActionContext,
  identifier: string | undefined,
  decide: (instance: Instance) => Change,
): Promise<{ DBInstance: DBInstance }> {
  const answer = ({ instance, change }: Changed) => ({
    DBInstance: toDBInstance(instance, owner, change.operation && modificationOf(change.operation)),
  });
  const ref = { identifier: readInstanceName(identifier ?? '', owner) };
  return answer(await inventory.instances.change(ref, { requestId, invocation, answer }, decide));
}

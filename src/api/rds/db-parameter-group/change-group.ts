import type { DBParameterGroupNameMessage } from '@aws-sdk/client-rds';
import type { ParameterChange } from '../../../model/db-parameter-group/change-parameters.ts';
import {
  type ParameterGroup,
  refuseDefaultGroup,
} from '../../../model/db-parameter-group/parameter-group.ts';
import { type EventText, event } from '../../../model/event.ts';
import type { ActionContext } from '../../action.ts';
import { requireGroup } from './named-group.ts';

/** RDS-EVENT-0037 has the parameter in the middle of its message. */
function changeEvents({ changed }: ParameterChange): EventText[] {
  return changed.map(([name, { value, applyMethod }]) => {
    const { message, ...rest } = event('RDS-EVENT-0037');
    const to = value === null ? 'its default' : value;
    return { ...rest, message: `${message} ${name} to ${to} with apply method ${applyMethod}` };
  });
}

/** Changes the parameters of a user's group. `decide` runs while the group is locked. */
export async function changeGroup(
  named: string | undefined,
  { inventory, owner, requestId, invocation, log }: ActionContext,
  decide: (group: ParameterGroup) => ParameterChange,
): Promise<DBParameterGroupNameMessage> {
  const { name } = await requireGroup(named, { inventory, owner });
  refuseDefaultGroup(name);
  const answer = () => ({ DBParameterGroupName: name });
  await inventory.parameterGroups.change(name, { requestId, invocation, answer }, (group) => {
    const change = decide(group);
    return { parameters: change.parameters, events: changeEvents(change) };
  });
  // The change is made. What this does not begin, the reconciler does.
  await inventory.parameterUpkeep
    .begin({ requestId }, name)
    .catch((err) => log.warn({ err }, 'the parameters are not brought to running servers yet'));
  return answer();
}

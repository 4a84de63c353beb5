import type { Instance } from '../../src/model/db-instance/instance.ts';
import type { World } from '../support/world.ts';

/** The last error of a step in the latest operation on the instance, as the operator sees it. */
export async function failureOf(world: World, { dbiResourceId }: Instance): Promise<string> {
  const { events } = await world.temporal.workflow.getHandle(dbiResourceId).fetchHistory();
  const failures = (events ?? []).map(({ activityTaskFailedEventAttributes: failed }) => failed?.failure);
  return failures.findLast((failure) => failure)?.message ?? '';
}

/** Steps of the latest operation on the instance, each with its task queue. */
export async function queuesOf(
  world: World,
  { dbiResourceId }: Pick<Instance, 'dbiResourceId'>,
): Promise<string[]> {
  const handle = world.temporal.workflow.getHandle(dbiResourceId);
  const { events = [] } = await handle.fetchHistory();
  return (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) =>
    scheduled ? `${scheduled.activityType?.name} ${scheduled.taskQueue?.name}` : [],
  );
}

import { chooseHost } from '../providers/choose-host.ts';
import { finalFailure } from './activity-failure.ts';
import type { ActivityDeps } from './deps.ts';
import type { OperationActivities } from './operation-activity.ts';
import { promisedTo, sizeOf } from './room.ts';

/** Steps that choose a host, for providers that have hosts. */
export function placementActivities(
  { inventory, provider }: Pick<ActivityDeps, 'inventory' | 'provider'>,
  { held }: OperationActivities,
) {
  return {
    /**
     * The host of a new instance. It is chosen once, and stored in the inventory before anything is made on
     * it.
     */
    chooseHost: held<[], string>('chooseHost', async ({ instance, ref }) => {
      const rooms = await provider.lookForRoom(instance.machine);
      const host = await inventory.operations.place(ref, (others) =>
        chooseHost(rooms, { name: instance.machine, ...sizeOf(instance) }, promisedTo(others)),
      );
      if (host === undefined) {
        throw finalFailure('NotHeld', 'another operation has taken over the instance');
      }
      // Another worker with other settings may have chosen it.
      provider.at(host);
      return host;
    }),
  };
}

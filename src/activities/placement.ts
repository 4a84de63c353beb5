import { ApplicationFailure } from '@temporalio/common';
import type { OperationRef, PlannedInstance } from '../model/operation.ts';
import { chooseHost } from '../providers/choose-host.ts';
import { activity } from './activity.ts';
import type { ActivityDeps } from './deps.ts';
import { sizeOf } from './machine.ts';

/** Steps that decide where a machine goes. Only for providers that have hosts. */
export const placementActivities = ({
  inventory,
  provider,
}: Pick<ActivityDeps, 'inventory' | 'provider'>) => ({
  /** The host of a new instance, chosen once and kept in the inventory before anything is made there. */
  chooseHost: activity(async (_, instance: PlannedInstance, ref: OperationRef): Promise<string> => {
    const rooms = await provider.lookForRoom(instance.machine);
    const host = await inventory.operations.place(ref, (others) =>
      chooseHost(
        rooms,
        sizeOf(instance),
        others.map((other) => ({ host: other.host, ...sizeOf(other) })),
      ),
    );
    if (host === undefined)
      throw ApplicationFailure.nonRetryable('another operation has taken over the instance', 'Overtaken');
    // Another worker may have chosen, one that reads other settings.
    provider.at(host);
    return host;
  }),

  /**
   * The host of the inventory's own instance. There is no inventory to tell it yet, or none that answers: as long as
   * any host cannot be asked, the instance with all that it knows may be there, and no other is begun.
   */
  findInventoryHost: activity(async (_, instance: PlannedInstance): Promise<string> => {
    const found = await provider.findMachine(instance.machine);
    if (found?.host) return found.host;
    const rooms = await provider.lookForRoom(instance.machine);
    for (const room of rooms) if ('away' in room) throw room.away;
    return chooseHost(rooms, sizeOf(instance));
  }),
});

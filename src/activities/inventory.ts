import { type EventId, event } from '../model/event.ts';
import type { Pending } from '../model/instance.ts';
import type { OperationRef, Plan } from '../model/operation.ts';
import type { Status } from '../model/status.ts';
import { placeOf } from '../providers/places.ts';
import { settleOperation } from '../reconcile/settle.ts';
import { activity } from './activity.ts';
import type { ActivityDeps } from './deps.ts';

/** An event as workflows name it. */
export interface EventRef {
  readonly id: EventId;
  readonly detail?: string;
}

/** What a successful operation leaves behind. Members that are absent stay as they are. */
export interface Completion {
  readonly status: Status;
  readonly address?: string;
  readonly engineVersion?: string;
  readonly allocatedStorage?: number;
  readonly dbInstanceClass?: string;
  readonly pending?: Pending;
  readonly events: readonly EventRef[];
}

/** Steps in the inventory. */
export const inventoryActivities = ({
  inventory,
  provider,
  guest,
}: Pick<ActivityDeps, 'inventory' | 'provider' | 'guest'>) => {
  return {
    /** Null when there is nothing (left) to do for the operation. */
    beginOperation: activity(async (_, ref: OperationRef): Promise<Plan | null> => {
      const plan = await inventory.operations.begin(ref);
      if (!plan) return null;
      // An unknown host is refused here: in the queue of a host that no worker knows the steps would wait for ever.
      placeOf(provider, plan.instance);
      const needsHost = provider.hosts.length > 0 && plan.instance.host === undefined;
      return { ...plan, ...(needsHost && { needsHost }) };
    }),

    /** Status, facts and events of an operation that succeeded, in one transaction. */
    completeOperation: activity(async (_, ref: OperationRef, completion: Completion): Promise<void> => {
      const { status, events, ...facts } = completion;
      const instance = await inventory.instances.find({ dbiResourceId: ref.dbiResourceId });
      const first = status === 'available' && instance?.availableAt === null;
      await inventory.operations.succeed(ref, {
        status,
        patch: { ...facts, ...(first && { availableAt: new Date() }) },
        events: events.map(({ id, detail }) => event(id, detail)),
      });
    }),

    /** Ends an operation that did not succeed. The instance gets the status in which its machine is found. */
    settleOperation: activity(async (_, { operationId }: OperationRef, reason: string): Promise<void> => {
      const operation = await inventory.operations.find(operationId);
      if (operation) await settleOperation(inventory, { provider, guest }, operation, reason);
    }),

    /** Facts that an operation has reached, kept whatever becomes of the rest of it. */
    noteModification: activity(
      (_, ref: OperationRef, reached: Pick<Completion, 'allocatedStorage'>): Promise<void> =>
        inventory.operations.note(ref, { patch: reached }),
    ),

    /** The end of a deletion. */
    forgetInstance: activity(
      (_, ref: OperationRef): Promise<void> => inventory.operations.forget(ref, [event('RDS-EVENT-0003')]),
    ),
  };
};

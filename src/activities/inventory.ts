import { type EventId, event } from '../model/event.ts';
import type { Pending } from '../model/instance.ts';
import type { OperationRef, Plan, PlannedInstance } from '../model/operation.ts';
import type { Status } from '../model/status.ts';
import { isAnswering } from '../reconcile/postgres-probe.ts';
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
  readonly allocatedStorage?: number;
  readonly dbInstanceClass?: string;
  readonly pending?: Pending;
  readonly events: readonly EventRef[];
}

/** Steps in the inventory. */
export const inventoryActivities = ({
  inventory,
  provider,
}: Pick<ActivityDeps, 'inventory' | 'provider'>) => {
  /** The status that tells the truth about an instance whose operation went wrong. */
  const findStatus = async (instance: PlannedInstance & { address: string | null }): Promise<Status> => {
    const machine = await provider.findMachine(instance.machine);
    if (machine?.state === 'stopped') return 'stopped';
    if (machine && instance.address && (await isAnswering(instance.address, instance.port)))
      return 'available';
    return 'failed';
  };

  return {
    /** Undefined when there is nothing (left) to do for the operation. */
    beginOperation: activity(
      async (_, ref: OperationRef): Promise<Plan | null> => (await inventory.operations.begin(ref)) ?? null,
    ),

    /** Status, facts and events of an operation that succeeded, in one transaction. */
    completeOperation: activity(async (_, ref: OperationRef, completion: Completion): Promise<void> => {
      const { status, events, ...facts } = completion;
      const instance = await inventory.instances.find(ref);
      const first = status === 'available' && instance?.availableAt === null;
      await inventory.operations.succeed(ref, {
        status,
        patch: { ...facts, ...(first && { availableAt: new Date() }) },
        events: events.map(({ id, detail }) => event(id, detail)),
      });
    }),

    /**
     * Ends an operation that did not succeed. An instance that never was available is `failed`, as in RDS; any other
     * gets the status in which its machine is found.
     */
    settleOperation: activity(async (_, ref: OperationRef, reason: string): Promise<void> => {
      const [instance, operation] = await Promise.all([
        inventory.instances.find(ref),
        inventory.operations.find(ref.operationId),
      ]);
      const status = instance?.availableAt
        ? await findStatus(instance).catch(() => 'failed' as const)
        : 'failed';
      const what = `${operation?.type ?? 'operation'} did not succeed: ${reason}`;
      const told = status === 'failed' ? event('RDS-EVENT-0031', what) : event('CORNAC-EVENT-NOTE', what);
      await inventory.operations.fail(ref, { status, events: [told] }, reason);
    }),

    /** The end of a deletion. */
    forgetInstance: activity(
      (_, ref: OperationRef): Promise<void> => inventory.operations.forget(ref, [event('RDS-EVENT-0003')]),
    ),
  };
};

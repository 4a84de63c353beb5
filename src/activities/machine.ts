import { modificationOf } from '../model/operation/input.ts';
import type { ClassChoice } from '../model/operation/operation.ts';
import { rulesOf } from '../model/operation/operation-types.ts';
import { placeOf } from '../providers/places.ts';
import type { MachineRef, MachineSpec } from '../providers/provider.ts';
import { finalFailure } from './activity-failure.ts';
import { readClassChoice } from './arguments.ts';
import type { ActivityDeps } from './deps.ts';
import type { HeldCall, OperationActivities } from './operation-activity.ts';
import { asksForMore, createReserveRoom, sizeOf } from './room.ts';

function machineRef({ instance: { machine, dbiResourceId } }: Pick<HeldCall, 'instance'>): MachineRef {
  return {
    name: machine,
    owner: dbiResourceId,
  };
}

/** The class that a step applies. */
export function classOf(
  { operation, instance }: Pick<HeldCall, 'operation' | 'instance'>,
  choice: ClassChoice,
): string {
  return (
    (choice === 'asked' ? modificationOf(operation)?.dbInstanceClass : undefined) ?? instance.dbInstanceClass
  );
}

function machineSpec(call: HeldCall, choice: ClassChoice): MachineSpec {
  const { operation, instance } = call;
  const { allocatedStorage = instance.allocatedStorage } = modificationOf(operation) ?? {};
  return {
    ...machineRef(call),
    ...sizeOf({ dbInstanceClass: classOf(call, choice), allocatedStorage }),
  };
}

/** The work at the provider, always for the instance that the operation holds. */
export function createMachineWork({ provider }: Pick<ActivityDeps, 'provider'>) {
  return {
    ensureMachine: async (call: HeldCall): Promise<void> => {
      const { instance, progress } = call;
      const { notes = [] } = await placeOf(provider, instance).ensureMachine(
        machineSpec(call, 'present'),
        progress,
      );
      await call.record({ made: { notes }, resume: null });
    },

    startMachine: async ({ instance, progress }: HeldCall): Promise<void> => {
      await placeOf(provider, instance).startMachine(instance.machine, progress);
    },

    stopMachine: async ({ instance, operation, progress, record }: HeldCall): Promise<void> => {
      await placeOf(provider, instance).stopMachine(instance.machine, progress);
      if (rulesOf(operation.type).leaves === 'stopped') await record({ stopped: true });
    },

    /** @returns whether CPUs or memory wait for the next stop and start */
    resizeMachine: async (call: HeldCall, choice: ClassChoice): Promise<boolean> => {
      const { instance, progress, record } = call;
      const place = placeOf(provider, instance);
      // A result that was reached with the other class no longer counts.
      if (call.operation.facts.dbInstanceClass !== undefined) await record({ dbInstanceClass: null });
      const { restartNeeded, notes } = await place.resizeMachine(machineSpec(call, choice), progress);
      await record(choice === 'asked' ? { resized: { notes } } : { enlarged: { notes } });
      return restartNeeded;
    },

    /**
     * The inventory stores a host before anything is made on it. So nothing of a new instance without a host
     * can be on an unreachable host, and the step does not wait for such hosts.
     */
    destroyMachine: async (call: HeldCall): Promise<void> => {
      if (call.snapshot) {
        throw finalFailure('NotReached', 'the final snapshot is not made yet');
      }
      const { instance, progress } = call;
      const ref = machineRef(call);
      const isPlaced = instance.host !== null || provider.hosts.length === 0;
      if (isPlaced || instance.availableAt !== null) {
        await placeOf(provider, instance).destroyMachine(ref, progress);
      } else {
        for (const room of await provider.lookForRoom(ref.name)) {
          if (!('unreachable' in room)) await provider.at(room.host).destroyMachine(ref, progress);
        }
      }
      await call.record({ destroyed: true });
    },
  };
}

/**
 * Whether a modification needs a reservation. A modification that a worker of 0.3 has begun goes on, or back,
 * without.
 */
function requiresReservation(call: HeldCall): boolean {
  const { facts } = call.operation;
  const hasBegun = facts.enlarged ?? facts.resized ?? facts.serving;
  return modificationOf(call.operation) !== undefined && !hasBegun && asksForMore(call);
}

/** Steps at the provider, on the host that has the machine. */
export function machineActivities(
  deps: Pick<ActivityDeps, 'provider' | 'inventory'>,
  { held }: OperationActivities,
) {
  const work = createMachineWork(deps);
  const reserveRoom = createReserveRoom(deps);
  return {
    /** Clones the origin, unless the machine exists. */
    ensureMachine: held<[], void>('ensureMachine', async (call) => {
      // Where a host was chosen, the choice has reserved the room.
      if (call.instance.host === null) await reserveRoom(call);
      await work.ensureMachine(call);
    }),

    /**
     * Powers the machine on, unless it is on, and waits until it is reachable. A modification begins with
     * this step: a lack of room is refused here, while nothing is changed yet, or not at all.
     */
    startMachine: held<[], void>('startMachine', async (call) => {
      if (requiresReservation(call)) await reserveRoom(call);
      await work.startMachine(call);
    }),

    stopMachine: held<[], void>('stopMachine', work.stopMachine),

    /** Gives the machine the requested storage, and its present or the requested class. */
    resizeMachine: held<[choice: ClassChoice], { readonly restartNeeded: boolean }>(
      'resizeMachine',
      async (call) => ({
        restartNeeded: await work.resizeMachine(call, readClassChoice(call.args, call.operation)),
      }),
    ),

    /** Removes the machine and everything that was made for it. */
    destroyMachine: held<[], void>('destroyMachine', work.destroyMachine),
  };
}

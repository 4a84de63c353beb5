import { ApplicationFailure } from '@temporalio/common';
import { findInstanceClass } from '../model/instance-class.ts';
import type { ClassChoice, PlannedInstance } from '../model/operation.ts';
import { placeOf } from '../providers/places.ts';
import type { MachineRef, MachineSpec } from '../providers/provider.ts';
import { readClassChoice } from './arguments.ts';
import type { ActivityDeps } from './deps.ts';
import type { HeldCall, OperationActivities } from './operation-activity.ts';

/** What an instance of this class and storage takes of a host. */
export const sizeOf = ({
  dbInstanceClass,
  allocatedStorage,
}: Pick<PlannedInstance, 'dbInstanceClass' | 'allocatedStorage'>) => {
  const size = findInstanceClass(dbInstanceClass);
  if (!size)
    throw ApplicationFailure.nonRetryable(`no DB instance class ${dbInstanceClass}`, 'Configuration');
  return { cpus: size.vcpus, memoryMiB: size.memoryMiB, diskGiB: allocatedStorage };
};

const machineRef = ({ instance: { machine, dbiResourceId } }: Pick<HeldCall, 'instance'>): MachineRef => ({
  name: machine,
  owner: dbiResourceId,
});

/** The class that a step is about. */
export const classOf = (
  { operation: { input }, instance }: Pick<HeldCall, 'operation' | 'instance'>,
  choice: ClassChoice,
): string =>
  (choice === 'asked' ? input.modification?.dbInstanceClass : undefined) ?? instance.dbInstanceClass;

const machineSpec = (call: HeldCall, choice: ClassChoice): MachineSpec => {
  const { operation, instance } = call;
  const { allocatedStorage = instance.allocatedStorage } = operation.input.modification ?? {};
  return {
    ...machineRef(call),
    ...sizeOf({ dbInstanceClass: classOf(call, choice), allocatedStorage }),
  };
};

/** What is done at the provider, each time for the instance that the operation holds. */
export const createMachineWork = ({ provider }: Pick<ActivityDeps, 'provider'>) => ({
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
    if (operation.type === 'stopDbInstance') await record({ stopped: true });
  },

  /** @returns whether CPUs or memory wait for the next stop and start */
  resizeMachine: async (call: HeldCall, choice: ClassChoice): Promise<boolean> => {
    const { instance, progress, record } = call;
    const place = placeOf(provider, instance);
    // What was reached with the other class does not count from here on.
    if (call.operation.facts.dbInstanceClass !== undefined) await record({ dbInstanceClass: null });
    const { restartNeeded, notes } = await place.resizeMachine(machineSpec(call, choice), progress);
    await record(choice === 'asked' ? { resized: { notes } } : { enlarged: { notes } });
    return restartNeeded;
  },

  /**
   * A host is kept before anything is made there: for a new instance that has none, hosts that are away are not waited
   * for.
   */
  destroyMachine: async (call: HeldCall): Promise<void> => {
    const { instance, progress } = call;
    const ref = machineRef(call);
    const isPlaced = instance.host !== null || provider.hosts.length === 0;
    if (isPlaced || instance.availableAt !== null) {
      await placeOf(provider, instance).destroyMachine(ref, progress);
    } else {
      for (const room of await provider.lookForRoom(ref.name))
        if (!('away' in room)) await provider.at(room.host).destroyMachine(ref, progress);
    }
    await call.record({ destroyed: true });
  },
});

/** Steps at the provider, on the host that has the machine. */
export const machineActivities = (deps: Pick<ActivityDeps, 'provider'>, { held }: OperationActivities) => {
  const work = createMachineWork(deps);
  return {
    /** Clones the origin, unless the machine is there. */
    ensureMachine: held<[], void>('ensureMachine', work.ensureMachine),

    /** Powers the machine on, unless it is, and waits until it can be reached. */
    startMachine: held<[], void>('startMachine', work.startMachine),

    stopMachine: held<[], void>('stopMachine', work.stopMachine),

    /** Gives the machine the storage that is asked for, and the class that it has or the one that is asked for. */
    resizeMachine: held<[choice: ClassChoice], { readonly restartNeeded: boolean }>(
      'resizeMachine',
      async (call) => ({
        restartNeeded: await work.resizeMachine(call, readClassChoice(call.args, call.operation)),
      }),
    ),

    /** Removes the machine with all that was made for it. */
    destroyMachine: held<[], void>('destroyMachine', work.destroyMachine),
  };
};

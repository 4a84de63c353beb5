import { ApplicationFailure } from '@temporalio/common';
import { findInstanceClass } from '../model/instance-class.ts';
import type { PlannedInstance } from '../model/operation.ts';
import { placeOf } from '../providers/places.ts';
import type { MachineRef, MachineSpec, Resized, RunningMachine } from '../providers/provider.ts';
import { activity } from './activity.ts';
import type { ActivityDeps } from './deps.ts';

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

const machineRef = ({ machine, dbiResourceId }: PlannedInstance): MachineRef => ({
  name: machine,
  ...(dbiResourceId && { owner: dbiResourceId }),
});

/** The machine that an instance needs. */
const machineSpec = (instance: PlannedInstance): MachineSpec => ({
  ...machineRef(instance),
  ...sizeOf(instance),
});

/** Steps at the provider, on the host that has the machine. */
export const machineActivities = ({ provider }: Pick<ActivityDeps, 'provider'>) => ({
  /**
   * Clones the origin, unless the machine is there. `address` where the provider lets one choose.
   * @returns what could not be done as asked; a worker of before has returned nothing
   */
  ensureMachine: activity(
    async (
      progress,
      instance: PlannedInstance,
      address?: string,
    ): Promise<{ readonly notes: readonly string[] } | undefined> => {
      const spec = { ...machineSpec(instance), ...(address && { address }) };
      const { notes = [] } = await placeOf(provider, instance).ensureMachine(spec, progress);
      return { notes };
    },
  ),

  /** Powers the machine on, unless it is, and tells how to reach it. */
  startMachine: activity(
    (progress, instance: PlannedInstance): Promise<RunningMachine> =>
      placeOf(provider, instance).startMachine(instance.machine, progress),
  ),

  stopMachine: activity(
    (progress, instance: PlannedInstance): Promise<void> =>
      placeOf(provider, instance).stopMachine(instance.machine, progress),
  ),

  /** Gives the machine the size that `instance` says. */
  resizeMachine: activity(
    (progress, instance: PlannedInstance): Promise<Resized> =>
      placeOf(provider, instance).resizeMachine(machineSpec(instance), progress),
  ),

  /**
   * Removes the machine with all that was made for it. A host is kept before anything is made there: for a new instance
   * that has none, hosts that are away are not waited for.
   */
  destroyMachine: activity(
    async (progress, instance: PlannedInstance, { isNew = false } = {}): Promise<void> => {
      const ref = machineRef(instance);
      const isPlaced = instance.host !== undefined || provider.hosts.length === 0;
      if (isPlaced || !isNew) return placeOf(provider, instance).destroyMachine(ref, progress);
      for (const room of await provider.lookForRoom(ref.name))
        if (!('away' in room)) await provider.at(room.host).destroyMachine(ref, progress);
    },
  ),
});

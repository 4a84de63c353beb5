import { ApplicationFailure } from '@temporalio/common';
import { findInstanceClass } from '../model/instance-class.ts';
import type { PlannedInstance } from '../model/operation.ts';
import type { MachineSpec, Resized, RunningMachine } from '../providers/provider.ts';
import { activity } from './activity.ts';
import type { ActivityDeps } from './deps.ts';

/** The machine that an instance needs. */
const machineSpec = (instance: PlannedInstance): MachineSpec => {
  const size = findInstanceClass(instance.dbInstanceClass);
  if (!size) {
    throw ApplicationFailure.nonRetryable(
      `no DB instance class ${instance.dbInstanceClass}`,
      'Configuration',
    );
  }
  return {
    name: instance.machine,
    cpus: size.vcpus,
    memoryMiB: size.memoryMiB,
    diskGiB: instance.allocatedStorage,
  };
};

/** Steps at the provider. */
export const machineActivities = ({ provider }: Pick<ActivityDeps, 'provider'>) => ({
  /** Clones the origin, unless the machine is there. `address` where the provider lets one choose. */
  ensureMachine: activity(async (progress, instance: PlannedInstance, address?: string): Promise<void> => {
    await provider.ensureMachine({ ...machineSpec(instance), ...(address && { address }) }, progress);
  }),

  /** Powers the machine on, unless it is, and tells how to reach it. */
  startMachine: activity(
    (progress, { machine }: PlannedInstance): Promise<RunningMachine> =>
      provider.startMachine(machine, progress),
  ),

  stopMachine: activity(
    (progress, { machine }: PlannedInstance): Promise<void> => provider.stopMachine(machine, progress),
  ),

  /** Gives the machine the size that `instance` says. */
  resizeMachine: activity(
    (progress, instance: PlannedInstance): Promise<Resized> =>
      provider.resizeMachine(machineSpec(instance), progress),
  ),

  destroyMachine: activity(
    (progress, { machine }: PlannedInstance): Promise<void> => provider.destroyMachine(machine, progress),
  ),
});

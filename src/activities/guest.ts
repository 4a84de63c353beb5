import { ApplicationFailure } from '@temporalio/common';
import { findInstanceClass, postgresSettings } from '../model/instance-class.ts';
import type { OperationRef, PlannedInstance } from '../model/operation.ts';
import type { RunningMachine } from '../providers/provider.ts';
import { activity } from './activity.ts';
import type { ActivityDeps } from './deps.ts';

/** What Cornac itself sets on every instance, over what the guest's own configuration says. */
const settingsFor = ({ dbInstanceClass, port }: PlannedInstance): Record<string, string> => {
  const size = findInstanceClass(dbInstanceClass);
  if (!size)
    throw ApplicationFailure.nonRetryable(`no DB instance class ${dbInstanceClass}`, 'Configuration');
  return { ...postgresSettings(size), port: String(port) };
};

/** Steps inside the machine. */
export const guestActivities = ({
  provider,
  guest,
  inventory,
}: Pick<ActivityDeps, 'provider' | 'guest' | 'inventory'>) => ({
  /** Prepares the data disk and makes the cluster on it, unless it is there. */
  initCluster: activity(async (progress, host: RunningMachine, instance: PlannedInstance): Promise<void> => {
    await guest.prepareDisk(host, progress);
    await guest.initCluster(host, { version: instance.engineVersion }, progress);
  }),

  /** Returns when PostgreSQL takes connections, with the settings of the instance's class. */
  startPostgres: activity(
    async (progress, host: RunningMachine, instance: PlannedInstance): Promise<void> => {
      await guest.configure(host, settingsFor(instance), progress);
      await guest.startPostgres(host, progress);
    },
  ),

  /** Stops and starts PostgreSQL, with the settings of the instance's class. */
  restartPostgres: activity(
    async (progress, host: RunningMachine, instance: PlannedInstance): Promise<void> => {
      await guest.configure(host, settingsFor(instance), progress);
      await guest.restartPostgres(host, progress);
    },
  ),

  /** Stops PostgreSQL, unless its machine is off or gone. */
  stopPostgres: activity(async (progress, instance: PlannedInstance): Promise<void> => {
    const found = await provider.findMachine(instance.machine);
    if (found?.state !== 'running') return;
    await guest.stopPostgres(await provider.startMachine(instance.machine, progress), progress);
  }),

  /**
   * Makes the master user and its database, and gives the user the password that waits in the inventory's secrets.
   * The secret goes when the database has it; without one the password stays as it is.
   */
  ensureMaster: activity(
    async (progress, host: RunningMachine, instance: PlannedInstance, ref: OperationRef): Promise<void> => {
      const { masterUsername: user, dbName: database } = instance;
      const secret = await inventory.findSecret(ref.dbiResourceId, 'master');
      await guest.ensureMaster(host, { user, database, ...(secret && { verifier: secret.value }) }, progress);
      if (secret) await inventory.forgetSecret(ref.dbiResourceId, 'master', secret.version);
    },
  ),

  /** Gives the file system all of a data disk that has grown. */
  growDisk: activity((progress, host: RunningMachine): Promise<void> => guest.growDisk(host, progress)),
});

import { ApplicationFailure } from '@temporalio/common';
import { findInstanceClass, postgresSettings } from '../model/instance-class.ts';
import type { OperationRef, PlannedInstance } from '../model/operation.ts';
import { within } from '../providers/deadline.ts';
import { placeOf } from '../providers/places.ts';
import type { RunningMachine } from '../providers/provider.ts';
import { activity } from './activity.ts';
import type { ActivityDeps } from './deps.ts';

// One that runs answers within a second or two, or hangs.
const REACH_MS = 30_000;

/** With `keep` what is there stays as it is, whatever was asked for. */
interface Keep {
  readonly keep?: boolean;
}

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
}: Pick<ActivityDeps, 'provider' | 'guest' | 'inventory'>) => {
  const withMasterSecret = async (
    { dbiResourceId }: OperationRef,
    use: (verifier: string | undefined) => Promise<void>,
  ): Promise<void> => {
    const secret = await inventory.findSecret(dbiResourceId, 'master');
    await use(secret?.value);
    if (secret) await inventory.forgetSecret(dbiResourceId, 'master', secret.version);
  };

  return {
    /** Prepares the data disk and makes the cluster on it, unless it is there. */
    initCluster: activity(
      async (progress, host: RunningMachine, instance: PlannedInstance, options?: Keep): Promise<void> => {
        await guest.prepareDisk(host, progress);
        await guest.initCluster(host, { version: instance.engineVersion, ...options }, progress);
      },
    ),

    /** Returns when PostgreSQL takes connections, with the settings of the instance's class. */
    startPostgres: activity(
      async (progress, host: RunningMachine, instance: PlannedInstance, options?: Keep): Promise<void> => {
        await guest.configure(host, settingsFor(instance), { ...progress, ...options });
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

    /** Stops PostgreSQL, unless its machine is off or gone. A guest that hangs is not waited for. */
    stopPostgres: activity(async (progress, instance: PlannedInstance): Promise<void> => {
      const place = placeOf(provider, instance);
      const found = await place.findMachine(instance.machine);
      if (found?.state !== 'running') return;
      const reach = (signal: AbortSignal) => place.startMachine(instance.machine, { ...progress, signal });
      const host = await within(REACH_MS, reach, progress.signal);
      if (!host) throw ApplicationFailure.nonRetryable(`${instance.machine} does not answer`, 'GuestSilent');
      await guest.stopPostgres(host, progress);
    }),

    /**
     * Makes the master user and its database, and gives the user the password that waits in the inventory's secrets.
     * The secret goes when the database has it; without one the password stays as it is.
     */
    ensureMaster: activity(
      (progress, host: RunningMachine, instance: PlannedInstance, ref: OperationRef): Promise<void> =>
        withMasterSecret(ref, async (verifier) => {
          const { masterUsername: user, dbName: database } = instance;
          await guest.ensureMaster(host, { user, database, ...(verifier && { verifier }) }, progress);
        }),
    ),

    /** Gives the master user the password that waits in the inventory's secrets, and does nothing else. */
    setMasterPassword: activity(
      (
        progress,
        host: RunningMachine,
        { masterUsername: user }: PlannedInstance,
        ref: OperationRef,
      ): Promise<void> =>
        withMasterSecret(ref, async (verifier) => {
          if (verifier) await guest.setMasterPassword(host, { user, verifier }, progress);
        }),
    ),

    /** Gives the file system all of a data disk that has grown. */
    growDisk: activity((progress, host: RunningMachine): Promise<void> => guest.growDisk(host, progress)),
  };
};

import { setTimeout as delay } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import type { Started, Told } from '../guest/guest.ts';
import { isDatabaseUnavailable } from '../inventory/client.ts';
import { event } from '../model/event.ts';
import { findInstanceClass, postgresSettings } from '../model/instance-class.ts';
import type { OperationRef, PlannedInstance } from '../model/operation.ts';
import { within } from '../providers/deadline.ts';
import { placeOf } from '../providers/places.ts';
import type { Progress } from '../providers/provider.ts';
import { activity } from './activity.ts';
import type { ActivityDeps } from './deps.ts';
import { createInside } from './inside.ts';

// One that runs answers within a second or two, or hangs.
const REACH_MS = 30_000;
const INVENTORY_PAUSE_MS = 1_000;

/** With `keep` what is there stays as it is, whatever was asked for. */
interface Keep {
  readonly keep?: boolean;
}

/**
 * What a server that was started is, and where: after a power cut its machine may have another address. A worker of
 * before has said neither.
 */
export interface Serving extends Omit<Started, 'notices'> {
  readonly address?: string;
}

/** What Cornac itself sets on every instance, over what the guest's own configuration says. */
const settingsFor = ({ dbInstanceClass, port }: PlannedInstance): Record<string, string> => {
  const size = findInstanceClass(dbInstanceClass);
  if (!size)
    throw ApplicationFailure.nonRetryable(`no DB instance class ${dbInstanceClass}`, 'Configuration');
  return { ...postgresSettings(size), port: String(port) };
};

/** Waits for an inventory that is away: the tries of a step in the guest are meant for the guest. */
const patiently = async <T>({ signal, report }: Progress, ask: () => Promise<T>): Promise<T> => {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isDatabaseUnavailable(error)) throw error;
      report('waits for the inventory');
      await delay(INVENTORY_PAUSE_MS, undefined, { signal });
    }
  }
};

/** Steps inside the machine. */
export const guestActivities = ({
  provider,
  guest,
  inventory,
}: Pick<ActivityDeps, 'provider' | 'guest' | 'inventory'>) => {
  const inside = createInside({ provider, guest });

  /** What a guest has put right becomes a note, while an operation holds the instance. */
  const tell = async (
    dbiResourceId: string | undefined,
    { notices }: Told,
    progress: Progress,
  ): Promise<void> => {
    if (notices.length === 0 || dbiResourceId === undefined) return;
    await patiently(progress, async () => {
      const { operationId } = (await inventory.instances.find({ dbiResourceId })) ?? {};
      if (!operationId) return;
      const events = notices.map((notice) => event('CORNAC-EVENT-NOTE', notice));
      await inventory.operations.note({ operationId, dbiResourceId }, { events });
    });
  };

  const withMasterSecret = async (
    { dbiResourceId }: OperationRef,
    progress: Progress,
    use: (verifier: string | undefined) => Promise<Told | undefined>,
  ): Promise<void> => {
    const secret = await patiently(progress, () => inventory.findSecret(dbiResourceId, 'master'));
    const told = await use(secret?.value);
    if (told) await tell(dbiResourceId, told, progress);
    if (!secret) return;
    await patiently(progress, () => inventory.forgetSecret(dbiResourceId, 'master', secret.version));
  };

  return {
    /** Prepares the data disk and makes the cluster on it, unless it is there. */
    initCluster: inside(
      'machine',
      async (progress, host, { engineVersion: version }, options?: Keep): Promise<void> => {
        await guest.prepareDisk(host, progress);
        await guest.initCluster(host, { version, ...options }, progress);
      },
    ),

    /** Returns when PostgreSQL takes connections, with the settings of the instance's class. */
    startPostgres: inside('machine', async (progress, host, instance, options?: Keep): Promise<Serving> => {
      await guest.configure(host, settingsFor(instance), { ...progress, ...options });
      const { notices, ...started } = await guest.startPostgres(host, progress);
      await tell(instance.dbiResourceId, { notices }, progress);
      return { ...started, address: host.address };
    }),

    /** Stops and starts PostgreSQL, with the settings of the instance's class. */
    restartPostgres: inside('machine', async (progress, host, instance): Promise<Serving> => {
      const settings = settingsFor(instance);
      const { notices, ...started } = await guest.restartPostgres(host, { ...progress, settings });
      await tell(instance.dbiResourceId, { notices }, progress);
      return { ...started, address: host.address };
    }),

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
    ensureMaster: inside(
      'postgres',
      (progress, host, { masterUsername: user, dbName: database }, ref: OperationRef): Promise<void> =>
        withMasterSecret(ref, progress, (verifier) =>
          guest.ensureMaster(host, { user, database, ...(verifier && { verifier }) }, progress),
        ),
    ),

    /** Gives the master user the password that waits in the inventory's secrets, and does nothing else. */
    setMasterPassword: inside(
      'postgres',
      (progress, host, { masterUsername: user }, ref: OperationRef): Promise<void> =>
        withMasterSecret(ref, progress, async (verifier) =>
          verifier ? guest.setMasterPassword(host, { user, verifier }, progress) : undefined,
        ),
    ),

    /** Gives the file system all of a data disk that has grown to what `grown` says, which the guest is to see, too. */
    growDisk: inside('machine', async (progress, host, grown): Promise<void> => {
      // A workflow of 0.1 does not say.
      const diskGiB = grown?.allocatedStorage;
      await guest.growDisk(host, { ...progress, ...(diskGiB && { diskGiB }) });
      // The disk may have been so full that it could not run.
      await guest.startPostgres(host, progress);
    }),
  };
};

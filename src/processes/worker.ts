import type { Logger } from 'pino';
import { createActivities } from '../activities/activities.ts';
import type { Config } from '../config/config.ts';
import { runLogReader } from '../log-files/run-log-reader.ts';
import { provision } from '../machines/open.ts';
import { hostTaskQueue } from '../model/server/host-task-queue.ts';
import { runProber } from '../reconcile/prober.ts';
import { abortWith } from '../system/abort-with.ts';
import { createClosers } from '../system/closers.ts';
import { runTogether } from '../system/run-together.ts';
import { changeApiKey, createTemporalClient } from '../temporal/connection.ts';
import { runDispatcher } from '../temporal/dispatcher.ts';
import { keepIdentity, readIdentity } from '../temporal/keep-identity.ts';
import { ensureSearchAttributes, searchAttributes } from '../temporal/search-attributes.ts';
import type { TlsMaterial } from '../temporal/tls-files.ts';
import { announceEngineVersions } from './engine-versions.ts';
import { announceHostRooms } from './host-rooms.ts';
import { keepQueues } from './keep-queues.ts';
import { claimTaskQueue, keepSchedule } from './keep-schedule.ts';
import { inventoryAddress, openInventory } from './open-inventory.ts';
import { awaitMigration, watchInventory } from './watch-inventory.ts';
import { connectWorker, moveWorkers } from './worker-connection.ts';
import { createWorkers, runWorkers } from './workers.ts';

export interface WorkerOptions {
  readonly log: Logger;
  /** Aborted to stop. Running steps finish; after the grace time they are handed over to other workers. */
  readonly signal: AbortSignal;
  /** Called when the workers take tasks. */
  readonly onReady?: () => void;
}

const GRACE = '20 seconds';

/**
 * Runs the workers of one process, see `createWorkers`, until `signal` is aborted.
 * @throws ConfigError, ProviderError, InventoryTooNew; when Temporal is unreachable
 */
export async function runWorker(config: Config, { log, signal, onReady }: WorkerOptions): Promise<void> {
  const { namespace, taskQueue } = config.temporal;
  const databaseUrl = await inventoryAddress(config);
  const closers = createClosers();
  try {
    const inventory = await openInventory(config);
    closers.add(inventory.close);
    await awaitMigration(inventory, { log, signal });
    if (signal.aborted) return;
    const { provider, guest, close } = await provision(config);
    closers.add(close);
    // The worker's connection is opened last and closed first, because its steps use the others.
    const temporal = await createTemporalClient(config.temporal);
    closers.add(() => temporal.connection.close());
    const identity = readIdentity(config);
    let connection = await connectWorker(config.temporal, identity.material);
    closers.add(() => connection.close());
    await ensureSearchAttributes(connection, namespace).catch((err) =>
      log.warn(
        { err },
        `cannot register the search attributes ${searchAttributes.join(', ')}; add them to the namespace as keywords`,
      ),
    );
    await claimTaskQueue({ inventory, temporal, settings: config.temporal, log });
    const workers = await createWorkers({
      connection,
      namespace,
      taskQueue,
      activities: createActivities({ config, inventory, provider, guest, temporal }),
      hosts: provider.hosts,
      shutdownGraceTime: GRACE,
      shutdownForceTime: '30 seconds',
    });

    const reconnect = async (settings: Config['temporal'], material: TlsMaterial): Promise<void> => {
      const before = connection;
      const next = await connectWorker(settings, material);
      try {
        moveWorkers(workers, before, next);
      } catch (error) {
        await next.close();
        throw error;
      }
      connection = next;
      await before.close();
    };
    const changeKey = async (apiKey: string): Promise<void> => {
      await connection.setApiKey(apiKey);
      changeApiKey(temporal, apiKey);
    };

    // When the workers end, the tasks beside them end. Otherwise the process would live on without a poller.
    const own = abortWith(signal);
    const ending = own.signal;
    const taskQueues = [taskQueue, ...provider.hosts.map((host) => hostTaskQueue(taskQueue, host))];
    const beside = [
      runDispatcher({ inventory, databaseUrl, temporal, taskQueue, log }, ending),
      announceEngineVersions({ inventory, provider, log }, ending),
      announceHostRooms({ inventory, provider, log }, ending),
      runProber({ inventory, databaseUrl, place: { provider, guest }, log }, ending),
      runLogReader({ inventory, databaseUrl, place: { provider, guest }, log }, ending),
      keepQueues({ temporal, taskQueues, log }, ending),
      keepIdentity(config, identity, { onFiles: reconnect, onApiKey: changeKey }, log, ending),
    ];
    try {
      onReady?.();
      await runTogether(
        [
          (until) => runWorkers(workers, until),
          (until) => keepSchedule({ inventory, temporal, settings: config.temporal, log }, until),
          (until) => watchInventory(inventory, until),
        ],
        signal,
      );
    } finally {
      own.abort();
      await Promise.allSettled(beside);
    }
  } finally {
    await closers.close();
  }
}

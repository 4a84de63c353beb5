import { randomBytes, randomInt } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { pino } from 'pino';
import { type Activities, createActivities } from '../../src/activities/activities.ts';
import type { InventorySpec } from '../../src/activities/bootstrap.ts';
import { loadConfig } from '../../src/config/load.ts';
import { migrate } from '../../src/inventory/database/migrate.ts';
import { createSealer } from '../../src/inventory/database/sealer.ts';
import { createInventory } from '../../src/inventory/inventory.ts';
import { newDbiResourceId } from '../../src/inventory/new-id.ts';
import { provision } from '../../src/machines/open.ts';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import { createBootstrapWorker } from '../../src/processes/bootstrap-worker.ts';
import { createWorkers, runWorkers } from '../../src/processes/workers.ts';
import { placeOf } from '../../src/providers/places.ts';
import { noProgress } from '../../src/providers/provider.ts';
import { abortWith } from '../../src/system/abort-with.ts';
import { scramVerifier } from '../../src/system/scram-verifier.ts';
import { runDispatcher } from '../../src/temporal/dispatcher.ts';
import { ensureSearchAttributes } from '../../src/temporal/search-attributes.ts';
import { createHosts, type Rooms } from './hosts.ts';
import { hangGuests } from './hung-guests.ts';
import { newInstance } from './inventory.ts';
import { loadOlderInventory, OLDER_KEY, type OlderInventory } from './older-inventory/load.ts';
import { startTemporal } from './temporal.ts';

/** Wraps the steps of a workflow: may fail a step before or after its effect, or run it twice. */
export type Interference = (step: string, run: () => Promise<unknown>) => Promise<unknown>;

export const PASSWORD = 'C0nf idential!';
/** Long, because a loaded machine takes minutes for an operation whose steps all fail twice. */
const AWAIT_MS = 300_000;
/** The interval of the looks for the end of an operation: many wait at once, and each look is a query. */
export const LOOK_MS = 75;

export interface WorldOptions {
  /** The hosts and their free room. Where absent, instances run on this computer without hosts. */
  readonly rooms?: Rooms;
  /** Machines whose guests no longer answer; may change. */
  readonly hung?: ReadonlySet<string>;
  /** Whether another process does the work. The world then has no worker. */
  readonly idle?: boolean;
  /** The version whose inventory is migrated to the present one. */
  readonly older?: OlderInventory;
}

/**
 * Everything below the API in one process, without stand-ins: Temporal, worker, dispatcher, the inventory in
 * a real PostgreSQL, machines of the local provider. `close` leaves no file and no process behind.
 */
export async function createWorld({ rooms, hung, idle = false, older }: WorldOptions = {}) {
  const stateDir = await mkdtemp(join(tmpdir(), 'cornac-world-'));
  await chmod(stateDir, 0o711);
  const taskQueue = 'test';
  const config = loadConfig({
    env: {
      CORNAC_TEMPORAL_TASK_QUEUE: taskQueue,
      CORNAC_STATE_DIR: stateDir,
      CORNAC_CONFIG: join(stateDir, 'cornac.toml'),
      // Each world draws its own range. The chance that two worlds draw the same one is 1 in 60,000.
      CORNAC_LOCAL_NETWORK: `127.${randomInt(16, 250)}.${randomInt(0, 250)}.0/24`,
    },
  });
  const secretKey = older ? OLDER_KEY : randomBytes(32);
  await writeFile(config.secretKeyFile, `${secretKey.toString('base64')}\n`, { mode: 0o600 });
  const { provider: local, guest, close: closeProvision } = await provision(config);
  const hosted = rooms ? await createHosts(config, rooms) : local;
  const provider = hung ? hangGuests(hosted, hung) : hosted;
  const [engineVersion = ''] = await provider.listEngineVersions();

  const ownMachine = { name: 'cornac-cornac', cpus: 1, memoryMiB: 1024, diskGiB: 5 };
  // The inventory is on the last host, which is never chosen first.
  const place = placeOf(provider, { host: provider.hosts.at(-1) ?? null });
  await place.ensureMachine(ownMachine, noProgress());
  const own = await place.startMachine(ownMachine.name, noProgress());
  await guest.prepareDisk(own);
  await guest.initCluster(own, { version: engineVersion });
  await guest.configure(own, { port: '5432', max_connections: '50' });
  await guest.startPostgres(own);
  await guest.ensureMaster(own, {
    user: 'cornac',
    database: 'cornac',
    verifier: await scramVerifier(PASSWORD),
  });
  const databaseUrl = `postgresql://cornac:${encodeURIComponent(PASSWORD)}@${own.address}:5432/cornac`;
  // The file's version of PostgreSQL is not installed everywhere.
  if (older) await loadOlderInventory(databaseUrl, older, (sql) => sql.replaceAll('15.18', engineVersion));
  await migrate(databaseUrl);
  const inventory = createInventory(databaseUrl, createSealer(secretKey));

  const environment = await startTemporal();
  const { client: temporal, nativeConnection: connection } = environment;
  await ensureSearchAttributes(connection, 'default');

  const interferences = new Map<string, Interference>();
  const interfere = (activities: Activities): Activities =>
    Object.fromEntries(
      Object.entries(activities).map(([step, run]) => [
        step,
        (...args: never[]) => {
          const { workflowExecution } = Context.current().info;
          const interference = interferences.get(workflowExecution?.workflowId ?? '');
          const call = () => (run as (...args: never[]) => Promise<unknown>)(...args);
          return interference ? interference(step, call) : call();
        },
      ]),
    ) as Activities;

  const stop = new AbortController();
  const activities = createActivities({
    config: { ...config, databaseUrl },
    inventory,
    provider,
    guest,
    temporal,
  });
  /** Workers as in a process of Cornac. They end with the world, or when they are stopped. */
  const startWorker = async () => {
    const end = abortWith(stop.signal);
    const workers = await createWorkers({
      connection,
      namespace: 'default',
      taskQueue,
      hosts: provider.hosts,
      activities: interfere(activities),
    });
    const running = runWorkers(workers, end.signal);
    return {
      stop: async () => {
        end.abort();
        await running;
      },
    };
  };
  const worker = idle ? undefined : await startWorker();
  const log = pino({ level: 'silent' });
  const dispatcher = runDispatcher({ inventory, databaseUrl, temporal, taskQueue, log }, stop.signal);

  /** What an operation waits for: the message of a test whose operation did not end. */
  const explain = async (dbiResourceId: string): Promise<string> => {
    const [instance, operations, run] = await Promise.all([
      inventory.instances.find({ dbiResourceId }),
      inventory.operations.listOpen(),
      temporal.workflow.getHandle(dbiResourceId).describe(),
    ]);
    const pending = run.raw.pendingActivities?.map(({ activityType, attempt, lastFailure, state }) => ({
      activity: activityType?.name,
      state,
      attempt,
      failure: lastFailure?.message,
    }));
    const open = operations.filter(({ resource }) => resource.id === dbiResourceId);
    return JSON.stringify({ instance, open, run: run.status.name, memo: run.memo, pending });
  };

  const settle = async (dbiResourceId: string): Promise<Instance | undefined> => {
    const deadline = Date.now() + AWAIT_MS;
    while (Date.now() < deadline) {
      const instance = await inventory.instances.find({ dbiResourceId });
      if (!instance || instance.operationId === null) return instance;
      await delay(LOOK_MS);
    }
    throw new Error(`${dbiResourceId}: its operation did not end: ${await explain(dbiResourceId)}`);
  };

  return {
    stateDir,
    config,
    provider,
    guest,
    inventory,
    databaseUrl,
    secretKey,
    taskQueue,
    temporal,
    environment,
    engineVersion,
    activities,
    startWorker,

    /** Wraps the steps of this instance's workflows from now on. */
    interfere: (dbiResourceId: string, interference: Interference | undefined) =>
      interference ? interferences.set(dbiResourceId, interference) : interferences.delete(dbiResourceId),

    /** Asks for a new instance, as CreateDBInstance does. Its operation is pending. */
    async create(identifier: string, interference?: Interference): Promise<Instance> {
      const dbiResourceId = newDbiResourceId();
      if (interference) interferences.set(dbiResourceId, interference);
      const instance = newInstance(identifier, { dbiResourceId, engineVersion, createdAt: new Date() });
      return inventory.instances.create(instance, await scramVerifier(PASSWORD), { requestId: 'test' });
    },

    /** A worker as in `cornac bootstrap`, not yet running. */
    createBootstrapWorker: (spec: InventorySpec) =>
      createBootstrapWorker(
        connection,
        { config: { ...config, databaseUrl }, inventory, provider, guest },
        spec,
      ),

    /** Waits until no operation holds the instance; undefined when the instance is gone. */
    settle,

    async close(): Promise<void> {
      stop.abort();
      await dispatcher;
      await worker?.stop();
      await inventory.close();
      await environment.teardown();
      for (const { name } of await provider.listMachines()) {
        await provider.destroyMachine({ name }, noProgress());
      }
      await provider.close();
      await closeProvision();
      await rm(stateDir, { recursive: true });
    },
  };
}

export type World = Awaited<ReturnType<typeof createWorld>>;

/**
 * Silences Temporal's SDK, because these tests make steps fail. Call it once per process, before the first
 * world.
 */
export function quiet(): void {
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => {}),
    telemetryOptions: { logging: { forward: {}, filter: 'OFF' } },
  });
}

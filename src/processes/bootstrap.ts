import { setTimeout as delay } from 'node:timers/promises';
import {
  type Client,
  WorkflowFailedError,
  type WorkflowHandle,
  WorkflowIdConflictPolicy,
} from '@temporalio/client';
import { ApplicationFailure, rootCause, TerminatedFailure } from '@temporalio/common';
import type { Worker } from '@temporalio/worker';
import type { InventorySpec } from '../activities/bootstrap.ts';
import { publishAuthority } from '../authority/load.ts';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { requireDatabaseUrl } from '../config/require.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { provision } from '../machines/open.ts';
import { INVENTORY_IDENTIFIER, inventoryMachineName } from '../model/db-instance/inventory-instance.ts';
import { resolveVersion } from '../model/engine/engine-version.ts';
import { placeOf } from '../providers/places.ts';
import { type Provider, ProviderError, settingErrors } from '../providers/provider.ts';
import { aborted } from '../system/aborted.ts';
import { createClosers } from '../system/closers.ts';
import { warn } from '../system/warn.ts';
import { createTemporalClient } from '../temporal/connection.ts';
import { freeQueues } from '../temporal/free-queues.ts';
import { describeRun } from '../temporal/runs.ts';
import { readSteps, type WatchedStep } from '../temporal/steps.ts';
import { bootstrapQueue, createBootstrapWorker } from './bootstrap-worker.ts';
import { ensureSecretKey, openInventory } from './open-inventory.ts';
import { planInventory } from './plan-inventory.ts';
import { connectWorker } from './worker-connection.ts';

export interface BootstrapOptions {
  /** Version or major version of PostgreSQL; default: the newest version of the origin. */
  readonly pgversion?: string;
  /** GiB */
  readonly size?: number;
  /** Aborted to give up. The workflow stays open, and the next bootstrap repeats its steps. */
  readonly signal?: AbortSignal;
  /** Called with all steps so far, again and again, and at the end. */
  readonly onProgress?: (steps: readonly WatchedStep[]) => void;
}

const POLL_MS = 100;

/**
 * The address of the instance, read from the inventory itself, because any client of Temporal may have
 * completed the workflow.
 */
async function findAddress({ instances }: Inventory): Promise<string> {
  const own = await instances.find({ identifier: INVENTORY_IDENTIFIER });
  if (own?.address) return own.address;
  throw new Error('the bootstrap ended before the inventory was ready: run it again');
}

/**
 * Waits for the result of the run. A second bootstrap at the same time terminates this run; then its run
 * counts, because every step of either run finds its effect.
 */
async function awaitEnd(temporal: Client, handle: WorkflowHandle, runId: string): Promise<void> {
  try {
    await handle.result();
  } catch (error) {
    const isEnded = error instanceof WorkflowFailedError && error.cause instanceof TerminatedFailure;
    const latest = isEnded ? await describeRun(temporal, handle.workflowId) : undefined;
    if (!latest || latest.runId === runId) throw error;
    await temporal.workflow.getHandle(handle.workflowId, latest.runId).result();
  }
}

async function watch(
  handle: WorkflowHandle,
  onProgress: BootstrapOptions['onProgress'],
  signal: AbortSignal,
) {
  while (!signal.aborted) {
    // A failed query does not matter, because the result of the workflow decides.
    onProgress?.(await readSteps(handle).catch(() => []));
    await delay(POLL_MS, undefined, { signal }).catch(() => {});
  }
}

/** The provider to check first: only the inventory's own host, so that another host's outage does not block it. */
async function findPlace(config: Config, provider: Provider): Promise<Provider> {
  if (provider.hosts.length === 0) return provider;
  const found = await provider.findMachine(inventoryMachineName(config.machinePrefix));
  return placeOf(provider, found ?? {});
}

/** Checks the options and the provider before anything is made. @throws ConfigError, ProviderError */
async function plan(
  config: Config,
  provider: Provider,
  { pgversion, size = 5 }: BootstrapOptions,
): Promise<InventorySpec> {
  const place = await findPlace(config, provider);
  const offered = await place.listEngineVersions();
  const version = resolveVersion(pgversion, offered);
  if (!version) {
    throw new ConfigError([
      `--pgversion: the origin does not offer ${pgversion}; expected one of ${offered.join(', ')}`,
    ]);
  }
  const spec = planInventory(config, {
    engineVersion: version,
    size,
    keepVersion: pgversion === undefined,
    ...(provider.hosts.length > 0 && { needsHost: true }),
  });
  await place.check();
  return spec;
}

/** Never resolves. Ends the wait for a hung provider when `signal` is aborted. */
async function rejectWhenAborted(signal: AbortSignal): Promise<never> {
  await aborted(signal);
  throw signal.reason;
}

/** The reason why a workflow failed; a ProviderError where a setting is wrong. */
function explainFailure(error: WorkflowFailedError): Error {
  const reason = rootCause(error.cause) ?? error.message;
  const { cause } = error.cause ?? {};
  const code =
    cause instanceof ApplicationFailure ? settingErrors.find((each) => each === cause.type) : undefined;
  return code ? new ProviderError(code, reason, { cause: error }) : new Error(reason, { cause: error });
}

/** Runs the workflow to its end, with a worker for it in this process. */
async function runWorkflow(
  temporal: Client,
  createWorker: () => Promise<Worker>,
  { needsHost }: InventorySpec,
  taskQueue: string,
  { onProgress, signal }: BootstrapOptions,
): Promise<void> {
  await freeQueues(temporal, [taskQueue]);
  const ended = new AbortController();
  // Created last, because the connection of a worker that never ran cannot be closed.
  const worker = await createWorker();
  const run = async () => {
    const handle = await temporal.workflow.start('bootstrapInventory', {
      workflowId: taskQueue,
      // A run that an earlier bootstrap left open is terminated, because another client's entry in its
      // history may make it wait for ever.
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.TERMINATE_EXISTING,
      taskQueue,
      args: [{ ...(needsHost && { needsHost: true }) }],
      staticSummary: 'Provision the inventory',
    });
    const watched = watch(handle, onProgress, ended.signal);
    try {
      await awaitEnd(temporal, handle, handle.firstExecutionRunId);
    } finally {
      ended.abort();
      await watched;
      onProgress?.(await readSteps(handle).catch(() => []));
    }
  };
  await worker.runUntil(signal ? Promise.race([run(), aborted(signal)]) : run());
  signal?.throwIfAborted();
}

/**
 * Provisions the PostgreSQL instance of the inventory that DATABASE_URL names, and lists it in that
 * inventory. The work is a durable workflow with its own worker. A bootstrap after a failure continues where
 * the last one stopped; it drops and overwrites nothing. All connections are closed in every case, because an
 * open connection would keep the process alive.
 * @returns the address of the instance
 * @throws ConfigError, ProviderError, MigrationError
 */
export async function bootstrap(config: Config, options: BootstrapOptions = {}): Promise<string> {
  const { signal } = options;
  requireDatabaseUrl(config);
  await ensureSecretKey(config);
  await publishAuthority(config, warn);
  const closers = createClosers();
  try {
    const { provider, guest, close } = await provision(config);
    closers.add(close);
    const planning = plan(config, provider, options);
    const spec = await (signal ? Promise.race([planning, rejectWhenAborted(signal)]) : planning);
    const inventory = await openInventory(config);
    closers.add(inventory.close);
    const connection = await connectWorker(config.temporal);
    closers.add(() => connection.close());
    const temporal = await createTemporalClient(config.temporal);
    closers.add(() => temporal.connection.close());
    const createWorker = () =>
      createBootstrapWorker(connection, { config, inventory, provider, guest }, spec);
    const taskQueue = bootstrapQueue(config.temporal.taskQueue);
    await runWorkflow(temporal, createWorker, spec, taskQueue, options);
    return await findAddress(inventory);
  } catch (error) {
    throw error instanceof WorkflowFailedError ? explainFailure(error) : error;
  } finally {
    // Closes the worker's connection before the connections that its steps use.
    await closers.close();
  }
}

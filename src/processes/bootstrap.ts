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
  /** Version or major version of PostgreSQL; default: the newest of the origin. */
  readonly pgversion?: string;
  /** GiB */
  readonly size?: number;
  /** Aborted to give up: the workflow stays open, and the next bootstrap does its steps again. */
  readonly signal?: AbortSignal;
  /** The steps so far, again whenever one begins or ends. */
  readonly onProgress?: (steps: readonly WatchedStep[]) => void;
}

const POLL_MS = 100;

/** Where the instance serves. A workflow that says it is done may be anybody's; the inventory itself is asked. */
async function findAddress({ instances }: Inventory): Promise<string> {
  const own = await instances.find({ identifier: INVENTORY_IDENTIFIER });
  if (own?.address) return own.address;
  throw new Error('the bootstrap ended without the inventory: run it again');
}

/**
 * The result of the run, or, where somebody who bootstraps at the same time has ended it, of that one's: both ask for their
 * own, and every step finds its effect.
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
    // No answer yet, or none any more: the result tells what counts.
    onProgress?.(await readSteps(handle).catch(() => []));
    await delay(POLL_MS, undefined, { signal }).catch(() => {});
  }
}

/** What to look at beforehand: a host that the inventory is not on must not, being down, keep it from coming back. */
async function findPlace(config: Config, provider: Provider): Promise<Provider> {
  if (provider.hosts.length === 0) return provider;
  const found = await provider.findMachine(inventoryMachineName(config.machinePrefix));
  return placeOf(provider, found ?? {});
}

/** What is asked for, checked before anything is made. @throws ConfigError, ProviderError */
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

/** Never resolves. A provider that hangs is waited for no longer than somebody wants it. */
async function rejectWhenAborted(signal: AbortSignal): Promise<never> {
  await aborted(signal);
  throw signal.reason;
}

/** Why a workflow failed; a wrong setting as what it is. */
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
  // Last of all, because a worker that never runs keeps its connection from being closed.
  const worker = await createWorker();
  const run = async () => {
    const handle = await temporal.workflow.start('bootstrapInventory', {
      workflowId: taskQueue,
      // One that was left open is ended: it may be waiting for what a stranger has put into its history, for ever.
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
 * Provisions the inventory's own PostgreSQL instance as DATABASE_URL names it, as a durable workflow with a worker of
 * its own, and lists it in itself. Run again after any failure it goes on where it was; it drops and overwrites nothing.
 * Closes whatever it has opened, however it ends: an open connection would keep the process alive.
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
    // The connection of the worker goes before what its steps use.
    await closers.close();
  }
}

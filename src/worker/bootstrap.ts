import { setTimeout as delay } from 'node:timers/promises';
import {
  type Client,
  WorkflowFailedError,
  type WorkflowHandle,
  WorkflowIdConflictPolicy,
} from '@temporalio/client';
import { rootCause, TerminatedFailure } from '@temporalio/common';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { requireDatabaseUrl } from '../config/require.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { ensureSecretKey, openInventory } from '../inventory/open.ts';
import { resolveVersion } from '../model/engine-version.ts';
import { machineName } from '../model/identifier.ts';
import { INVENTORY_IDENTIFIER } from '../model/inventory-instance.ts';
import { placeOf } from '../providers/places.ts';
import type { Provider } from '../providers/provider.ts';
import { provision } from '../provision/provision.ts';
import { createTemporalClient } from '../temporal/connection.ts';
import { freeQueues } from '../temporal/free-queues.ts';
import { describeRun } from '../temporal/runs.ts';
import { readSteps, type WatchedStep } from '../temporal/steps.ts';
import { bootstrapQueue, createBootstrapWorker } from './bootstrap-worker.ts';
import { connectWorker } from './connection.ts';
import { planInventory } from './plan-inventory.ts';

export interface BootstrapOptions {
  /** Version or major version of PostgreSQL; default: the newest of the origin. */
  readonly pgversion?: string;
  /** GiB */
  readonly size?: number;
  /** The steps so far, again whenever one begins or ends. */
  readonly onProgress?: (steps: readonly WatchedStep[]) => void;
}

const POLL_MS = 100;

/** Where the instance serves. A workflow that says it is done may be anybody's; the inventory itself is asked. */
const findAddress = async ({ instances }: Inventory): Promise<string> => {
  const own = await instances.find({ identifier: INVENTORY_IDENTIFIER });
  if (own?.address) return own.address;
  throw new Error('the bootstrap ended without the inventory: run it again');
};

/**
 * The result of the run, or, where somebody who bootstraps at the same time has ended it, of that one's: both ask for their
 * own, and every step finds its effect.
 */
const awaitEnd = async (temporal: Client, handle: WorkflowHandle, runId: string): Promise<void> => {
  try {
    await handle.result();
  } catch (error) {
    const isEnded = error instanceof WorkflowFailedError && error.cause instanceof TerminatedFailure;
    const latest = isEnded ? await describeRun(temporal, handle.workflowId) : undefined;
    if (!latest || latest.runId === runId) throw error;
    await temporal.workflow.getHandle(handle.workflowId, latest.runId).result();
  }
};

const watch = async (
  handle: WorkflowHandle,
  onProgress: BootstrapOptions['onProgress'],
  signal: AbortSignal,
) => {
  while (!signal.aborted) {
    // No answer yet, or none any more: the result tells what counts.
    onProgress?.(await readSteps(handle).catch(() => []));
    await delay(POLL_MS, undefined, { signal }).catch(() => {});
  }
};

/** What to look at beforehand: a host that the inventory is not on must not, being down, keep it from coming back. */
const findPlace = async (config: Config, provider: Provider): Promise<Provider> => {
  if (provider.hosts.length === 0) return provider;
  const found = await provider.findMachine(machineName(config.machinePrefix, INVENTORY_IDENTIFIER));
  return placeOf(provider, found ?? {});
};

/**
 * Provisions the inventory's own PostgreSQL instance as DATABASE_URL names it, as a durable workflow with a worker of
 * its own, and lists it in itself. Run again after any failure it goes on where it was; it drops and overwrites nothing.
 * @returns the address of the instance
 * @throws ConfigError, ProviderError, MigrationError
 */
export const bootstrap = async (config: Config, options: BootstrapOptions = {}): Promise<string> => {
  const { pgversion, size = 5, onProgress } = options;
  requireDatabaseUrl(config);
  await ensureSecretKey(config);
  const { provider, guest, close } = await provision(config);
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

  const taskQueue = bootstrapQueue(config.temporal.taskQueue);
  const inventory = await openInventory(config);
  const connection = await connectWorker(config.temporal);
  const temporal = await createTemporalClient(config.temporal);
  const ended = new AbortController();
  try {
    await freeQueues(temporal, [taskQueue]);
    const worker = await createBootstrapWorker(connection, { config, inventory, provider, guest }, spec);
    await worker.runUntil(async () => {
      const handle = await temporal.workflow.start('bootstrapInventory', {
        workflowId: taskQueue,
        // One that was left open is ended: it may be waiting for what a stranger has put into its history, for ever.
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.TERMINATE_EXISTING,
        taskQueue,
        args: [{ ...(spec.needsHost && { needsHost: true }) }],
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
    });
    return await findAddress(inventory);
  } catch (error) {
    throw error instanceof WorkflowFailedError
      ? new Error(rootCause(error.cause) ?? error.message, { cause: error })
      : error;
  } finally {
    await close();
    await inventory.close();
    await temporal.connection.close();
    await connection.close();
  }
};

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../config/config.ts';
import { isDatabaseUnavailable } from '../inventory/database/client.ts';
import { provision } from '../machines/open.ts';
import { bootstrap } from '../processes/bootstrap.ts';
import { ensureSecretKey, openInventory } from '../processes/open-inventory.ts';
import { logLibrariesTo } from '../processes/worker-logging.ts';
import { noProgress } from '../providers/provider.ts';
import { reconcileInstances } from '../reconcile/round.ts';
import { aborted } from '../system/aborted.ts';
import { createClosers } from '../system/closers.ts';
import { startDeadline } from '../system/deadline.ts';
import { createLimit } from '../system/limit.ts';
import { createTemporalClient } from '../temporal/connection.ts';
import { ensureReconcileSchedule } from '../temporal/schedule.ts';
import type { WatchedStep } from '../temporal/steps.ts';
import { isTemporalUnavailable } from '../temporal/unavailable.ts';
import { keepInventoryOf } from './inventory-keeper.ts';
import { statePaths } from './state.ts';
import type { UpDeps } from './up.ts';

export interface HostOptions {
  readonly signal: AbortSignal;
  readonly report: (line: string) => void;
  readonly onSteps: (steps: readonly WatchedStep[]) => void;
  /** How long `recover` waits, in milliseconds. */
  readonly timeoutMs?: number;
}

// An instance that does not start delays the service of the others by this time at most.
const RECOVERY_TIMEOUT_MS = 60_000;
const MAX_STARTS = 10;
const MAX_STOPS = 20;
const PAUSE_MS = 1_000;
const ANSWER_MS = 10_000;

/**
 * Whether the machines belong to this computer and its state directory, so that they must end with Cornac.
 * Virtual machines serve users elsewhere, and machines of another Cornac may run beside them.
 */
export function ownsMachines({ iaas }: Pick<Config, 'iaas'>): boolean {
  return iaas[0] === 'local';
}

/** Starts the recovery of instances that should be up, and waits for it until `signal` is aborted. */
async function recover(config: Config, report: (line: string) => void, signal: AbortSignal): Promise<void> {
  const closers = createClosers();
  try {
    const inventory = await openInventory(config);
    closers.add(inventory.close);
    const place = await provision(config);
    closers.add(place.close);
    const { begun } = await reconcileInstances(inventory, place, {
      call: { requestId: randomUUID() },
      signal,
      onHeldBack: (reason) => reason !== null && report(`starting  is held back: ${reason}`),
    });
    const dbiResourceIds = begun.map(({ dbiResourceId }) => dbiResourceId);
    if (begun.length > 0) report(`starting  ${begun.map(({ identifier }) => identifier).join(', ')}`);
    const busy = async () =>
      (await inventory.instances.list({ dbiResourceIds })).some(({ operationId }) => operationId !== null);
    while (begun.length > 0 && !signal.aborted && (await busy())) {
      await delay(200, undefined, { signal }).catch(() => {});
    }
  } finally {
    await closers.close();
  }
}

/**
 * Takes the Schedule over for this inventory, because otherwise no worker would start. The Temporal of
 * `cornac up` belongs to one state directory, so an inventory that the Schedule names was here earlier and
 * has been given up.
 */
async function takeSchedule(config: Config): Promise<void> {
  const closers = createClosers();
  try {
    const inventory = await openInventory(config);
    closers.add(inventory.close);
    const temporal = await createTemporalClient(config.temporal);
    closers.add(() => temporal.connection.close());
    const inventoryId = await inventory.identify();
    await temporal.withDeadline(Date.now() + ANSWER_MS, () =>
      ensureReconcileSchedule(temporal, config.temporal, inventoryId, { takeOver: true }),
    );
  } finally {
    await closers.close();
  }
}

/**
 * Repeats bootstrap where Temporal or the inventory became unreachable, because both are restarted and
 * bootstrap continues where it stopped. Any other failure is thrown.
 */
async function retryBootstrap(
  bootstrapOnce: () => Promise<unknown>,
  signal: AbortSignal,
  report: (line: string) => void,
): Promise<void> {
  for (let tries = 1; !signal.aborted; tries++) {
    try {
      await bootstrapOnce();
      return;
    } catch (error) {
      if (signal.aborted) return;
      const isTransient = isTemporalUnavailable(error) || isDatabaseUnavailable(error);
      if (!isTransient || tries >= MAX_STARTS) throw error;
      report('inventory  was interrupted; continuing');
      await delay(PAUSE_MS, undefined, { signal }).catch(() => {});
    }
  }
}

type Host = Pick<UpDeps, 'startInventory' | 'keepInventory' | 'recover' | 'stopMachines'>;

/** The parts of `cornac up` that concern the inventory and the machines of this computer. */
export function createHost(
  config: Config,
  { signal, report, onSteps, timeoutMs = RECOVERY_TIMEOUT_MS }: HostOptions,
): Host {
  return {
    async startInventory() {
      logLibrariesTo(join(statePaths(config.stateDir).logs, 'bootstrap.log'), config.logLevel);
      report('inventory');
      const start = async () => {
        await bootstrap(config, { onProgress: onSteps, signal });
        await takeSchedule(config);
      };
      await retryBootstrap(start, signal, report);
    },

    async keepInventory(until) {
      const log = { info: report, error: report };
      try {
        // Bootstrap starts at the same time and would make a missing key only a moment later.
        await ensureSecretKey(config);
        await keepInventoryOf(config, log, until, { afterFirstAnswer: true });
      } catch (error) {
        report(`the inventory is not monitored, because: ${error instanceof Error ? error.message : error}`);
      }
    },

    async recover() {
      const deadline = startDeadline(timeoutMs, signal);
      try {
        // A slow round is not awaited beyond `timeoutMs`. It ends by itself.
        const recovering = recover(config, report, deadline.signal).catch((error) => {
          if (!deadline.signal.aborted) report(`starting  is left to the workers, because: ${error.message}`);
        });
        await Promise.race([recovering, aborted(deadline.signal)]);
        if (deadline.isOver()) {
          report('starting  takes longer; it continues in the background, see `cornac inspect`');
        }
      } finally {
        deadline.dispose();
      }
    },

    async stopMachines() {
      if (!ownsMachines(config)) return report('machines  left running');
      const { provider, close } = await provision(config);
      try {
        const machines = await provider.listMachines();
        const limit = createLimit(MAX_STOPS);
        // Includes machines that count as stopped: where only sshd has died PostgreSQL still runs.
        const stops = machines.map(({ name }) => limit(() => provider.stopMachine(name, noProgress())));
        // A machine that cannot be stopped must not end this process before the other machines are stopped.
        const ends = await Promise.allSettled(stops);
        const ran = machines.filter(({ state }, index) => {
          return state === 'running' && ends[index]?.status === 'fulfilled';
        });
        report(`machines  ${ran.length} stopped`);
        await Promise.all(stops);
      } finally {
        await close();
      }
    },
  };
}

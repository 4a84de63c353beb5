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
import { isTemporalAway } from '../temporal/away.ts';
import { createTemporalClient } from '../temporal/connection.ts';
import { ensureReconcileSchedule } from '../temporal/schedule.ts';
import type { WatchedStep } from '../temporal/steps.ts';
import { keepInventoryOf } from './inventory-keeper.ts';
import { statePaths } from './state.ts';
import type { UpDeps } from './up.ts';

export interface HostOptions {
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  readonly onSteps: (steps: readonly WatchedStep[]) => void;
  /** How long `recover` waits, in milliseconds. */
  readonly patienceMs?: number;
}

// One sick instance must not keep the others from being served.
const PATIENCE_MS = 60_000;
const MOST_STARTS = 10;
const MOST_STOPS = 20;
const PAUSE_MS = 1_000;
const ANSWER_MS = 10_000;

/**
 * Whether machines are this computer's own, below its state directory: they are to end with Cornac. Virtual machines
 * serve people elsewhere, and those of another Cornac may be next to them.
 */
export function ownsMachines({ iaas }: Pick<Config, 'iaas'>): boolean {
  return iaas[0] === 'local';
}

/** Begins to bring back what should be up, and waits for it until `signal` is aborted. */
async function recover(config: Config, say: (line: string) => void, signal: AbortSignal): Promise<void> {
  const closers = createClosers();
  try {
    const inventory = await openInventory(config);
    closers.add(inventory.close);
    const place = await provision(config);
    closers.add(place.close);
    const { begun } = await reconcileInstances(inventory, place, {
      call: { requestId: randomUUID() },
      signal,
      onHeldBack: (reason) => reason !== null && say(`starting  is held back: ${reason}`),
    });
    const dbiResourceIds = begun.map(({ dbiResourceId }) => dbiResourceId);
    if (begun.length > 0) say(`starting  ${begun.map(({ identifier }) => identifier).join(', ')}`);
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
 * Makes the Schedule this inventory's, whose ever it was: the Temporal of `cornac up` is that of one state directory alone, so
 * another inventory was here before, and is given up. Else no worker would begin.
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
 * Runs bootstrap again where Temporal or the inventory went in the middle of it: both are started again, and bootstrap
 * goes on where it was. What else it fails with a person must see.
 */
async function insist(
  bootstrapOnce: () => Promise<unknown>,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<void> {
  for (let tries = 1; !signal.aborted; tries++) {
    try {
      await bootstrapOnce();
      return;
    } catch (error) {
      if (signal.aborted) return;
      const passes = isTemporalAway(error) || isDatabaseUnavailable(error);
      if (!passes || tries >= MOST_STARTS) throw error;
      say('inventory  was interrupted; it goes on');
      await delay(PAUSE_MS, undefined, { signal }).catch(() => {});
    }
  }
}

type Host = Pick<UpDeps, 'startInventory' | 'keepInventory' | 'recover' | 'stopMachines'>;

/** What `cornac up` does by itself, with the machines of this computer. */
export function createHost(
  config: Config,
  { signal, say, onSteps, patienceMs = PATIENCE_MS }: HostOptions,
): Host {
  return {
    async startInventory() {
      logLibrariesTo(join(statePaths(config.stateDir).logs, 'bootstrap.log'), config.logLevel);
      say('inventory');
      const start = async () => {
        await bootstrap(config, { onProgress: onSteps, signal });
        await takeSchedule(config);
      };
      await insist(start, signal, say);
    },

    async keepInventory(until) {
      const log = { info: say, error: say };
      try {
        // Bootstrap, beside which it begins, makes the key a moment later where there is none.
        await ensureSecretKey(config);
        await keepInventoryOf(config, log, until, { afterFirstAnswer: true });
      } catch (error) {
        say(`the inventory is not looked after, because: ${error instanceof Error ? error.message : error}`);
      }
    },

    async recover() {
      const patience = startDeadline(patienceMs, signal);
      try {
        // A look that takes long is waited for no longer than what it begins; it ends by itself.
        const recovering = recover(config, say, patience.signal).catch((error) => {
          if (!patience.signal.aborted) say(`starting  is left to the workers, because: ${error.message}`);
        });
        await Promise.race([recovering, aborted(patience.signal)]);
        if (patience.isOver()) say('starting  takes longer; it goes on, see `cornac inspect`');
      } finally {
        patience.dispose();
      }
    },

    async stopMachines() {
      if (!ownsMachines(config)) return say('machines  left running');
      const { provider, close } = await provision(config);
      try {
        const machines = await provider.listMachines();
        const limit = createLimit(MOST_STOPS);
        // Those that count as stopped as well: where only its sshd has died a machine has its PostgreSQL.
        const stops = machines.map(({ name }) => limit(() => provider.stopMachine(name, noProgress())));
        // One that cannot be stopped must not be the reason that this process ends while others are being stopped.
        const ends = await Promise.allSettled(stops);
        const ran = machines.filter(({ state }, index) => {
          return state === 'running' && ends[index]?.status === 'fulfilled';
        });
        say(`machines  ${ran.length} stopped`);
        await Promise.all(stops);
      } finally {
        await close();
      }
    },
  };
}

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config/config.ts';
import { openInventory } from '../inventory/open.ts';
import { createLogger, logToFile } from '../log/logger.ts';
import { provision } from '../provision/provision.ts';
import { recoverInstances } from '../reconcile/recover.ts';
import { survey } from '../reconcile/survey.ts';
import type { WatchedStep } from '../temporal/steps.ts';
import { bootstrap } from '../worker/bootstrap.ts';
import { logThrough } from '../worker/logging.ts';
import { statePaths } from './state.ts';
import type { UpDeps } from './up.ts';

export interface HostOptions {
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  readonly onSteps: (steps: readonly WatchedStep[]) => void;
}

// One sick instance must not keep the others from being served.
const PATIENCE_MS = 60_000;

/**
 * Whether machines are this computer's own, below its state directory: they are to end with Cornac. Virtual machines
 * serve people elsewhere, and those of another Cornac may be next to them.
 */
export const ownsMachines = ({ iaas }: Pick<Config, 'iaas'>): boolean => iaas[0] === 'local';

type Host = Pick<UpDeps, 'startInventory' | 'recover' | 'stopMachines'>;

/** What `cornac up` does by itself, with the machines of this computer. */
export const createHost = (config: Config, { signal, say, onSteps }: HostOptions): Host => ({
  async startInventory() {
    const logFile = join(statePaths(config.stateDir).logs, 'bootstrap.log');
    logThrough(createLogger(logToFile(logFile), config.logLevel));
    say('inventory');
    await bootstrap(config, { onProgress: onSteps });
  },

  async recover() {
    const inventory = await openInventory(config);
    const place = await provision(config);
    try {
      const findings = await survey(inventory, place);
      const begun = await recoverInstances(inventory, findings, { requestId: randomUUID() });
      const names = begun.map(({ identifier }) => identifier);
      if (names.length > 0) say(`starting  ${names.join(', ')}`);
      const busy = async () =>
        (await inventory.instances.list({ identifiers: names })).some(
          ({ operationId }) => operationId !== null,
        );
      const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
      while (names.length > 0 && !patience.aborted && (await busy()))
        await sleep(200, undefined, { signal: patience }).catch(() => {});
      if (patience.aborted && !signal.aborted)
        say('starting  takes longer; it goes on, see `cornac inspect`');
    } finally {
      await place.close();
      await inventory.close();
    }
  },

  async stopMachines() {
    if (!ownsMachines(config)) return say('machines  left running');
    const { provider, close } = await provision(config);
    try {
      const progress = { signal: new AbortController().signal, report: () => {} };
      const machines = await provider.listMachines();
      const running = machines.filter(({ state }) => state === 'running');
      await Promise.all(running.map(({ name }) => provider.stopMachine(name, progress)));
      say(`machines  ${running.length} stopped`);
    } finally {
      await close();
    }
  },
});

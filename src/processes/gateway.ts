import type { Logger } from 'pino';
import { createApp } from '../api/app.ts';
import { countDispatcherFailures, countLostLines, createApiMetrics } from '../api/metrics.ts';
import { createOps } from '../api/ops.ts';
import { actions } from '../api/rds/index.ts';
import { type Listener, listen } from '../api/server.ts';
import { bundleOf, loadAuthorities } from '../authority/load.ts';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { createCredentialStore } from '../config/credentials.ts';
import type { InventoryAddress } from '../inventory/database/address.ts';
import { isDatabaseUnavailable } from '../inventory/database/client.ts';
import { checkPooler } from '../inventory/database/pooler.ts';
import { createClosers } from '../system/closers.ts';
import { within } from '../system/deadline.ts';
import { runTogether } from '../system/run-together.ts';
import { askTemporal } from '../temporal/ask.ts';
import { changeApiKey, createTemporalClient } from '../temporal/connection.ts';
import { runDispatcher } from '../temporal/dispatcher.ts';
import { keepIdentity, readIdentity } from '../temporal/keep-identity.ts';
import { registerInventoryMetrics } from './inventory-metrics.ts';
import { inventoryAddress, openInventory } from './open-inventory.ts';
import { describeAuthorities } from './trust-bundle.ts';
import { refuseNewerInventory, watchInventory } from './watch-inventory.ts';

export interface GatewayOptions {
  readonly log: Logger;
  /** Number of lines that `log` could not write so far, for the metrics. */
  readonly lostLines?: () => number;
  /** Aborted to stop. Requests in progress finish. */
  readonly signal: AbortSignal;
  /** Called when the gateway accepts requests. */
  readonly onReady?: (endpoint: Listener, ops: Listener) => void;
}

const POOLER_MS = 2_000;

/** Throws for a pooler that cannot be used. Any other error, or no answer, counts as an outage of the inventory. */
async function requireDedicatedConnections(databaseUrl: InventoryAddress): Promise<void> {
  await within(POOLER_MS, () => checkPooler(databaseUrl)).catch((error) => {
    if (error instanceof ConfigError) throw error;
  });
}

/**
 * Runs the RDS endpoint, its operations listener and a dispatcher until `signal` is aborted. It starts and
 * answers while Temporal, workers or the inventory are down.
 * @throws ConfigError; InventoryTooNew, also while it runs; Error with the host and port that cannot be bound
 */
export async function runGateway(config: Config, options: GatewayOptions): Promise<void> {
  const { log, lostLines, signal, onReady } = options;
  const databaseUrl = await inventoryAddress(config);
  await requireDedicatedConnections(databaseUrl);
  const closers = createClosers();
  try {
    const inventory = await openInventory(config);
    closers.add(inventory.close);
    await refuseNewerInventory(inventory);
    const temporal = await createTemporalClient(config.temporal);
    closers.add(() => temporal.connection.close());
    const metrics = createApiMetrics();
    registerInventoryMetrics(metrics.registry, inventory);
    countLostLines(metrics.registry, lostLines);
    const onFailure = countDispatcherFailures(metrics.registry);
    const authorities = await loadAuthorities(config);
    const certificates = describeAuthorities(authorities);
    const app = createApp(
      { config, inventory, certificates },
      {
        actions,
        credentials: createCredentialStore(config, { warn: (message) => log.warn(message) }),
        logger: log,
        invocations: inventory.invocations,
        isUnavailable: isDatabaseUnavailable,
        metrics,
      },
    );
    const ops = createOps({
      registry: metrics.registry,
      logger: log,
      bundle: bundleOf(authorities),
      checks: [
        { name: 'inventory', required: true, check: () => inventory.ping() },
        { name: 'temporal', required: false, check: () => askTemporal(temporal) },
      ],
    });

    const { taskQueue } = config.temporal;
    const opsListener = await listen(ops, config.opsListen);
    closers.add(opsListener.close);
    const listener = await listen(app, config.listen);
    closers.add(listener.close);
    onReady?.(listener, opsListener);
    const onApiKey = async (apiKey: string) => changeApiKey(temporal, apiKey);
    await runTogether(
      [
        (until) => runDispatcher({ inventory, databaseUrl, temporal, taskQueue, log, onFailure }, until),
        (until) => keepIdentity(config, readIdentity(config), { onApiKey }, log, until),
        (until) => watchInventory(inventory, until),
      ],
      signal,
    );
  } finally {
    await closers.close();
  }
}

import { Context } from '@temporalio/activity';
import { NativeConnection } from '@temporalio/worker';
import { type Activities, createActivities } from '../../src/activities/activities.ts';
import { loadConfig } from '../../src/config/load.ts';
import { createSealer } from '../../src/inventory/database/sealer.ts';
import { createInventory } from '../../src/inventory/inventory.ts';
import { provision } from '../../src/machines/open.ts';
import { createWorkers, runWorkers } from '../../src/processes/workers.ts';
import { stopSignal } from '../../src/supervisor/stop-signal.ts';
import { createTemporalClient } from '../../src/temporal/connection.ts';
import { createHosts } from '../support/hosts.ts';
import { quiet } from '../support/world.ts';

// A worker process of a world with hosts, which the test kills. The world's settings are in CORNAC_*
// variables.
const { TEST_ROOMS = '', TEST_SECRET_KEY = '', TEST_DIE_BEFORE } = process.env;

quiet();
const config = loadConfig({ env: process.env });
const { guest } = await provision(config);
const provider = await createHosts(config, new Map(Object.entries(JSON.parse(TEST_ROOMS))));
const inventory = createInventory(
  config.databaseUrl ?? '',
  createSealer(Buffer.from(TEST_SECRET_KEY, 'hex')),
);
const connection = await NativeConnection.connect({ address: config.temporal.address });
const temporal = await createTemporalClient(config.temporal);
const activities = createActivities({ config, inventory, provider, guest, temporal });

const mortal = Object.fromEntries(
  Object.entries(activities).map(([step, run]) => [
    step,
    (...args: never[]) => {
      if (step === TEST_DIE_BEFORE && Context.current().info.attempt === 1) {
        process.kill(process.pid, 'SIGKILL');
      }
      return (run as (...args: never[]) => Promise<unknown>)(...args);
    },
  ]),
) as Activities;

const { namespace, taskQueue } = config.temporal;
const workers = await createWorkers({
  connection,
  namespace,
  taskQueue,
  hosts: provider.hosts,
  activities: mortal,
});
await runWorkers(workers, stopSignal());
process.exit(0);

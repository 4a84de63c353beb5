import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import type { Guest } from '../src/guest/guest.ts';
import type { Provider } from '../src/providers/provider.ts';
import { runProber } from '../src/reconcile/prober.ts';
import { startTestInventory } from '../test/support/inventory.ts';
import { insertInstances, select } from '../test/support/many-instances.ts';

// node --import tsx bench/prober.ts: the cost of the prober with 10,000 healthy instances.
const INSTANCES = 10_000;
const SWEEPS = 4;

function unused<T extends object>(): T {
  return new Proxy({} as T, {
    get: () => () => {
      throw new Error('no instance is down, so nobody looks into a machine');
    },
  });
}

const world = await startTestInventory();
const listeners = fork(fileURLToPath(new URL('listeners.ts', import.meta.url)));
try {
  const [port] = await once(listeners, 'message');
  await insertInstances(world.databaseUrl, { count: INSTANCES, status: 'available', prefix: 'm', port });
  // Each instance has its own address, as machines have.
  await select(
    world.databaseUrl,
    `UPDATE endpoint SET address = '127.9.' || substr(identifier, 2)::int / 250 || '.' || 1 + substr(identifier, 2)::int % 250`,
  );
  const stop = new AbortController();
  const began: number[] = [];
  let cpu = process.cpuUsage();
  const { instances } = world.inventory;
  const list: typeof instances.list = async (query = {}) => {
    if (!query.dbiResourceIds) began.push(performance.now());
    // The first sweep also reads all rows. Later sweeps show the lasting cost.
    if (began.length === 2) cpu = process.cpuUsage();
    if (began.length > SWEEPS + 1) {
      cpu = process.cpuUsage(cpu);
      stop.abort();
    }
    return instances.list(query);
  };
  await runProber(
    {
      inventory: { ...world.inventory, instances: { ...instances, list } },
      databaseUrl: world.databaseUrl,
      place: { provider: unused<Provider>(), guest: unused<Guest>() },
      log: pino({ level: 'info' }),
    },
    stop.signal,
  );
  const seconds = ((began.at(-1) ?? 0) - (began[1] ?? 0)) / 1000;
  const used = (cpu.user + cpu.system) / 1e6;
  console.log(
    `prober: sweep_s=${(seconds / SWEEPS).toFixed(1)} cpu_percent_of_a_core=${((100 * used) / seconds).toFixed(1)} rss_mib=${Math.round(process.memoryUsage().rss / 2 ** 20)}`,
  );
} finally {
  listeners.disconnect();
  await world.close();
}

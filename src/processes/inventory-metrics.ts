import { Gauge, type Registry } from 'prom-client';
import type { Inventory } from '../inventory/inventory.ts';
import { operationTypeNames } from '../model/operation/operation-types.ts';
import { within } from '../system/deadline.ts';

// Shorter than a scraper's own time limit, so that an inventory that is down does not cost the API's metrics.
const ANSWER_MS = 2_000;

/**
 * Metrics from the inventory: the results of the reconciler's last round, and the open operations. Each
 * scrape reads the inventory. Metrics are absent while it does not answer; those of a round are absent before
 * the first round.
 */
export function registerInventoryMetrics(
  registry: Registry,
  { upkeep, outbox }: Pick<Inventory, 'upkeep' | 'outbox'>,
): void {
  const gauge = (
    name: string,
    help: string,
    labelNames: readonly string[],
    read: (gauge: Gauge) => Promise<void>,
  ) =>
    new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      registers: [registry],
      async collect() {
        this.reset();
        // After `reset` a gauge without labels shows 0, which would be a wrong value.
        if (labelNames.length === 0) this.remove();
        await within(ANSWER_MS, () => read(this)).catch(() => {});
      },
    });
  const ofRound = (name: string, help: string, value: (round: NonNullable<Round>) => number) =>
    gauge(name, help, [], async (metric) => {
      const round = await upkeep.findRound();
      if (round) metric.set(value(round));
    });

  ofRound(
    'cornac_instances_missing_machine',
    'DB instances whose machine the last round of the reconciler did not find.',
    ({ missing }) => missing,
  );
  ofRound(
    'cornac_reconcile_held_back',
    '1 while recovery is held back, because too many machines are missing or unreachable at once.',
    ({ heldBack }) => (heldBack === null ? 0 : 1),
  );
  ofRound(
    'cornac_reconcile_last_success_timestamp_seconds',
    'Time of the last complete round of the reconciler.',
    ({ endedAt }) => endedAt.getTime() / 1000,
  );
  gauge(
    'cornac_instances_archive_failing',
    'DB instances whose write-ahead log is not archived, so that it fills their disks.',
    [],
    async (metric) => metric.set((await upkeep.findFailingArchives()).count),
  );
  gauge(
    'cornac_archive_failing_oldest_age_seconds',
    'How long the write-ahead log of one of them has not been archived; 0 where all of it is.',
    [],
    async (metric) => {
      const { since } = await upkeep.findFailingArchives();
      metric.set(since ? Math.max(0, (Date.now() - since.getTime()) / 1000) : 0);
    },
  );
  gauge(
    'cornac_read_replicas_not_replicating',
    'Read replicas that do not follow their source.',
    [],
    async (metric) => metric.set(await upkeep.countNotReplicating()),
  );
  gauge('cornac_operations_open', 'Operations that have not ended, by type.', ['type'], async (metric) => {
    const open = await outbox.countOpen();
    for (const type of operationTypeNames) metric.set({ type }, open.get(type) ?? 0);
  });
  gauge(
    'cornac_operations',
    'Open operations by state: pending (not yet started) or running.',
    ['state'],
    async (metric) => {
      for (const [state, { count }] of await outbox.countWaiting()) metric.set({ state }, count);
    },
  );
  gauge(
    'cornac_operations_oldest_age_seconds',
    'Age of the oldest open operation in each state; 0 without an open operation.',
    ['state'],
    async (metric) => {
      for (const [state, { oldest }] of await outbox.countWaiting()) {
        metric.set({ state }, oldest ? Math.max(0, (Date.now() - oldest.getTime()) / 1000) : 0);
      }
    },
  );
}

type Round = Awaited<ReturnType<Inventory['upkeep']['findRound']>>;

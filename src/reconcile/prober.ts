import { setTimeout as delay } from 'node:timers/promises';
import type { InventoryAddress } from '../inventory/database/address.ts';
import { takeTurns, turns } from '../inventory/database/turn.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { RECONCILER } from '../inventory/outbox.ts';
import { abortWith } from '../system/abort-with.ts';
import { watchArchives } from './archive-watch.ts';
import { watchCertificates } from './certificate-watch.ts';
import { isInService } from './compare.ts';
import { isMost } from './held-back.ts';
import { createInspector } from './inspector.ts';
import { recoverInstances } from './recover.ts';
import { watchReplicas } from './replica-watch.ts';
import { type RoomPace, watchRoom } from './room-watch.ts';
import type { Place } from './server-status.ts';
import { type SweepPace, sweepServers } from './sweep.ts';
import { findUnchanged } from './unchanged.ts';

export interface ProberDeps {
  readonly inventory: Pick<Inventory, 'instances' | 'lineages' | 'outbox' | 'snapshots' | 'upkeep'>;
  readonly databaseUrl: InventoryAddress;
  readonly place: Place;
  readonly log: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
  };
}

export interface ProberPace extends SweepPace {
  /** From the start of one sweep to the start of the next, unless a sweep takes longer. */
  readonly sweepMs: number;
  /** From the first look at a server that does not answer to the second look. */
  readonly secondLookMs: number;
}

/** A few instances are probed within seconds, 10,000 within about 20 seconds. */
const PACE: ProberPace = { rate: 500, inFlight: 500, answerMs: 2_000, sweepMs: 2_000, secondLookMs: 1_000 };

/**
 * Detects within seconds that an available instance's PostgreSQL died, and begins to recover it. Runs in one
 * worker at a time. The machine of a server that did not answer twice is inspected. Only what the machine
 * reports counts, so a network outage recovers nothing. Everything else, above all a mass of lost machines,
 * is left to the reconciler's round. Runs until `signal` is aborted. Never throws.
 */
export async function runProber(
  { inventory, databaseUrl, place, log }: ProberDeps,
  signal: AbortSignal,
  pace: ProberPace = PACE,
  roomPace?: RoomPace,
): Promise<void> {
  let healthy = true;
  const probeFailed = (err: unknown) => {
    if (healthy) log.warn({ err }, 'instances are not probed; retrying');
    healthy = false;
  };

  let mass = false;
  const reportMass = (down: number, of: number) => {
    const isMass = isMost(down, of);
    if (isMass && !mass) {
      log.warn(
        { down, of },
        'most instances do not answer here; only instances that report themselves down are started',
      );
    }
    mass = isMass;
  };

  const sweep = async (turn: AbortSignal): Promise<void> => {
    const inspector = createInspector(place, async (finding) => {
      if (turn.aborted) return;
      const begun = await recoverInstances(inventory, [finding], { requestId: RECONCILER });
      for (const { identifier } of begun) {
        log.info({ identifier, found: finding.kind }, 'a server is down, and is started again');
      }
    });
    while (!turn.aborted) {
      const began = Date.now();
      const probed = (await inventory.instances.list()).filter(isInService);
      let down = await sweepServers(probed, pace, turn);
      if (down.length > 0) {
        await delay(pace.secondLookMs, undefined, { signal: turn }).catch(() => {});
        down = await sweepServers(await findUnchanged(inventory, down), pace, turn);
        reportMass(down.length, probed.length);
        // Compared now, because an operation may have begun and ended between the looks.
        inspector.inspect(await findUnchanged(inventory, down));
      }
      if (!healthy) log.info({}, 'instances are probed again');
      healthy = true;
      const pause = Math.max(0, began + pace.sweepMs - Date.now());
      await delay(pause, undefined, { signal: turn }).catch(() => {});
    }
  };
  /** The worker with the turn also watches the room for data, the certificates, the archives of backups, and read replicas. */
  const watch = async (turn: AbortSignal): Promise<void> => {
    const own = abortWith(turn);
    const watching = [
      watchRoom({ inventory, place, log }, own.signal, roomPace),
      watchCertificates({ inventory, place, log }, own.signal),
      watchArchives({ inventory, place, log }, own.signal),
      watchReplicas({ inventory, place, log }, own.signal),
    ];
    try {
      await sweep(turn);
    } finally {
      own.abort();
      await Promise.all(watching);
    }
  };
  await takeTurns(databaseUrl, turns.prober, watch, signal, probeFailed);
}

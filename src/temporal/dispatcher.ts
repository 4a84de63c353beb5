import type { Logger } from 'pino';
import type { InventoryAddress } from '../inventory/database/address.ts';
import { listenForOperations } from '../inventory/database/listen.ts';
import { aborted } from '../system/aborted.ts';
import { startDeadline } from '../system/deadline.ts';
import { type StartPendingDeps, startPending } from './start-pending.ts';

export interface DispatcherDeps extends StartPendingDeps {
  readonly databaseUrl: InventoryAddress;
  readonly log: Logger;
  /** Called after every failed round. */
  readonly onFailure?: () => void;
}

// Longest delay after a lost notification, after an outage of Temporal, or for an operation that must wait.
const SWEEP_MS = 2_000;
// A lasting failure is logged again after this time: rarely, but often enough for a reader of the log's end.
const REPEAT_LOG_MS = 5 * 60_000;

/**
 * Starts the workflows of pending operations until `signal` is aborted: at once after a notification, and
 * every SWEEP_MS. Every gateway and worker runs a dispatcher. Two dispatchers may start the same operation,
 * because Temporal accepts one start only.
 */
export async function runDispatcher(
  deps: DispatcherDeps,
  signal: AbortSignal,
  { sweepMs = SWEEP_MS, againMs = REPEAT_LOG_MS } = {},
): Promise<void> {
  const { databaseUrl, log, onFailure = () => {} } = deps;
  let wake: () => void = () => {};
  const woken = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  let announced = false;
  const announce = () => {
    announced = true;
    wake();
  };
  const listener = listenForOperations(databaseUrl, announce, signal);

  let failures = 0;
  let loggedAt = 0;
  while (!signal.aborted) {
    announced = false;
    try {
      await startPending(deps, signal);
      if (failures > 0) log.info({ failures }, 'starting workflows again');
      failures = 0;
    } catch (err) {
      failures += 1;
      onFailure();
      // Pending operations stay in the outbox.
      if (failures === 1 || Date.now() - loggedAt >= againMs) {
        loggedAt = Date.now();
        log.warn({ err, failures }, 'cannot start workflows; pending operations wait');
      }
    }
    if (announced && failures === 0) continue;
    const pause = startDeadline(sweepMs, signal);
    await Promise.race([aborted(pause.signal), woken()]);
    pause.dispose();
  }
  await listener;
}

import type { Logger } from 'pino';
import type { InventoryAddress } from '../inventory/database/address.ts';
import { listenForOperations } from '../inventory/database/listen.ts';
import { aborted } from '../system/aborted.ts';
import { startDeadline } from '../system/deadline.ts';
import { type StartPendingDeps, startPending } from './start-pending.ts';

export interface DispatcherDeps extends StartPendingDeps {
  readonly databaseUrl: InventoryAddress;
  readonly log: Logger;
  /** Told of every look that has failed. */
  readonly onFailure?: () => void;
}

// What a lost notification, a Temporal that was down, or an operation that has to wait costs at most.
const SWEEP_MS = 2_000;
// What goes on failing is said again: not every two seconds, and not once in a log that is read from its end.
const AGAIN_MS = 5 * 60_000;

/**
 * Starts the workflows of pending operations: at once when one is announced, and by looking again every so often.
 * Gateways and workers each run one; that several start the same operation is harmless, Temporal lets one through.
 * Ends when `signal` is aborted.
 */
export async function runDispatcher(
  deps: DispatcherDeps,
  signal: AbortSignal,
  { sweepMs = SWEEP_MS, againMs = AGAIN_MS } = {},
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
  let saidAt = 0;
  while (!signal.aborted) {
    announced = false;
    try {
      await startPending(deps, signal);
      if (failures > 0) log.info({ failures }, 'starting workflows again');
      failures = 0;
    } catch (err) {
      failures += 1;
      onFailure();
      // The outbox keeps what is pending.
      if (failures === 1 || Date.now() - saidAt >= againMs) {
        saidAt = Date.now();
        log.warn({ err, failures }, 'cannot start workflows; pending operations wait');
      }
    }
    if (announced && failures === 0) continue;
    const nap = startDeadline(sweepMs, signal);
    await Promise.race([aborted(nap.signal), woken()]);
    nap.dispose();
  }
  await listener;
}

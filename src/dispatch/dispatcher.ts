import type { Logger } from 'pino';
import { aborted } from '../aborted.ts';
import { startDeadline } from '../deadline.ts';
import type { InventoryAddress } from '../inventory/address.ts';
import { listenForOperations } from '../inventory/listen.ts';
import { type StartPendingDeps, startPending } from './start-pending.ts';

export interface DispatcherDeps extends StartPendingDeps {
  readonly databaseUrl: InventoryAddress;
  readonly log: Logger;
}

// What a lost notification, a Temporal that was down, or an operation that has to wait costs at most.
const SWEEP_MS = 2_000;

/**
 * Starts the workflows of pending operations: at once when one is announced, and by looking again every so often.
 * Gateways and workers each run one; that several start the same operation is harmless, Temporal lets one through.
 * Ends when `signal` is aborted.
 */
export const runDispatcher = async (deps: DispatcherDeps, signal: AbortSignal): Promise<void> => {
  const { databaseUrl, log } = deps;
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

  let healthy = true;
  while (!signal.aborted) {
    announced = false;
    try {
      await startPending(deps, signal);
      if (!healthy) log.info('starting workflows again');
      healthy = true;
    } catch (error) {
      // Said once, not every two seconds: the outbox keeps what is pending.
      if (healthy) log.warn({ err: error }, 'cannot start workflows; pending operations wait');
      healthy = false;
    }
    if (announced && healthy) continue;
    const nap = startDeadline(SWEEP_MS, signal);
    await Promise.race([aborted(nap.signal), woken()]);
    nap.dispose();
  }
  await listener;
};

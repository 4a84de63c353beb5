import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Inventory } from '../inventory/inventory.ts';
import { listenForOperations } from '../inventory/listen.ts';
import { startOperation } from './start-operation.ts';

export interface DispatcherDeps {
  readonly inventory: Inventory;
  readonly databaseUrl: string;
  readonly temporal: Client;
  readonly taskQueue: string;
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
  const { inventory, databaseUrl, log } = deps;
  let wake: () => void = () => {};
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
      for (const operation of await inventory.operations.listOpen(['pending'])) {
        if (await startOperation(operation, deps)) await inventory.operations.markDispatched(operation.id);
      }
      if (!healthy) log.info('starting workflows again');
      healthy = true;
    } catch (error) {
      // Said once, not every two seconds: the outbox keeps what is pending.
      if (healthy) log.warn({ err: error }, 'cannot start workflows; pending operations wait');
      healthy = false;
    }
    if (announced && healthy) continue;
    const nap = new AbortController();
    wake = () => nap.abort();
    await delay(SWEEP_MS, undefined, { signal: AbortSignal.any([signal, nap.signal]) }).catch(() => {});
    wake = () => {};
  }
  await listener;
};

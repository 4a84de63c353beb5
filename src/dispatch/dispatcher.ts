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

// gRPC's DEADLINE_EXCEEDED and UNAVAILABLE
const AWAY = new Set([4, 14]);

const isTemporalAway = (error: unknown): boolean =>
  error instanceof Error &&
  [error, error.cause].some(
    (each) => each instanceof Object && 'code' in each && AWAY.has(Number(each.code)),
  );

/** Starts what is pending. One that cannot be started must not hold up those behind it. @throws the first error */
const startPending = async (deps: DispatcherDeps, signal: AbortSignal): Promise<void> => {
  const { operations } = deps.inventory;
  const errors: unknown[] = [];
  for (const operation of await operations.listOpen(['pending'])) {
    if (signal.aborted) return;
    try {
      if (await startOperation(operation, deps)) await operations.markDispatched(operation.id);
    } catch (error) {
      errors.push(error);
      if (isTemporalAway(error)) break;
    }
  }
  if (errors.length > 0) throw errors[0];
};

/**
 * Starts the workflows of pending operations: at once when one is announced, and by looking again every so often.
 * Gateways and workers each run one; that several start the same operation is harmless, Temporal lets one through.
 * Ends when `signal` is aborted.
 */
export const runDispatcher = async (deps: DispatcherDeps, signal: AbortSignal): Promise<void> => {
  const { databaseUrl, log } = deps;
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
      await startPending(deps, signal);
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

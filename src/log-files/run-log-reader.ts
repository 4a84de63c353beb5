import { setTimeout as delay } from 'node:timers/promises';
import type { InventoryAddress } from '../inventory/database/address.ts';
import { listenForLogRequests } from '../inventory/database/listen.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { ClaimedQuestion } from '../inventory/log-requests.ts';
import type { LogAnswer } from '../model/db-log-file/log-request.ts';
import { type LogPlace, readLogs } from './read-logs.ts';

export interface LogReaderDeps {
  readonly inventory: Pick<Inventory, 'instances' | 'logRequests'>;
  readonly databaseUrl: InventoryAddress;
  readonly place: LogPlace;
  readonly log: { warn(fields: object, message: string): void };
}

/** Questions that one process answers at once. Each takes an SSH session. */
const AT_ONCE = 8;
/** The longest wait for a question whose announcement was lost, or that waits for another one. */
const SWEEP_MS = 2_000;
const PRUNE_MS = 30_000;

/**
 * Answers questions of gateways about logs, because only workers reach machines: docs/decisions/0018. Every worker
 * runs it. Runs until `signal` is aborted. Never throws.
 */
export async function runLogReader(
  { inventory, databaseUrl, place, log }: LogReaderDeps,
  signal: AbortSignal,
): Promise<void> {
  const { logRequests } = inventory;
  let wake: () => void = () => {};
  let isAnnounced = false;
  const announce = () => {
    isAnnounced = true;
    wake();
  };
  const listener = listenForLogRequests(databaseUrl, announce, signal);

  const findAnswer = async ({ dbiResourceId, question }: ClaimedQuestion): Promise<LogAnswer> => {
    const instance = await inventory.instances.find({ dbiResourceId });
    if (!instance) return { kind: 'unreadable' };
    try {
      return await readLogs(instance, question, place, signal);
    } catch (err) {
      if (!signal.aborted) log.warn({ err, identifier: instance.identifier }, 'logs cannot be read');
      return { kind: 'unreadable' };
    }
  };
  const open = new Set<Promise<void>>();
  const begin = (claimed: ClaimedQuestion): void => {
    const answering = findAnswer(claimed)
      .then((answer) => (signal.aborted ? undefined : logRequests.answer(claimed.id, answer)))
      // The inventory is unreachable. The gateway gives up by itself.
      .catch(() => {})
      .then(() => {
        open.delete(answering);
        // Another question about the same instance may wait for this one.
        announce();
      });
    open.add(answering);
  };

  let prunedAt = 0;
  while (!signal.aborted) {
    isAnnounced = false;
    try {
      for (;;) {
        const claimed = open.size < AT_ONCE ? await logRequests.claim() : undefined;
        if (!claimed) break;
        begin(claimed);
      }
      if (Date.now() - prunedAt > PRUNE_MS) {
        await logRequests.prune();
        prunedAt = Date.now();
      }
    } catch {
      // The inventory is unreachable, which other parts of the worker report.
      await delay(SWEEP_MS, undefined, { signal }).catch(() => {});
    }
    if (isAnnounced) continue;
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const pause = new AbortController();
    const stop = () => pause.abort();
    signal.addEventListener('abort', stop, { once: true });
    await Promise.race([woken, delay(SWEEP_MS, undefined, { signal: pause.signal }).catch(() => {})]);
    signal.removeEventListener('abort', stop);
    pause.abort();
  }
  await Promise.all(open);
  await listener;
}

import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { connectionTo, type InventoryAddress } from './address.ts';
import { ScramClient } from './scram-client.ts';

export interface TurnPace {
  /** From one attempt to get the turn to the next. */
  readonly retryMs: number;
  /** From one proof of life to the next. */
  readonly pingMs: number;
  /** After this time without proof of life, the server takes the turn from its holder. */
  readonly leaseMs: number;
}

const PACE: TurnPace = { retryMs: 3_000, pingMs: 3_000, leaseMs: 15_000 };

/** Numbers of advisory locks: one for each task that runs in one process at a time. */
export const turns = { prober: 4107_2028 } as const;

const ANSWER_MS = 5_000;
const END_MS = 2_000;

async function connect(inventory: InventoryAddress, onEnd: () => void) {
  const socket = new Socket();
  const client = new ScramClient({
    ...connectionTo(inventory),
    stream: () => socket,
    application_name: 'cornac turn',
    connectionTimeoutMillis: ANSWER_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
  });
  client.on('error', onEnd).on('end', onEnd);
  await client.connect().catch((error) => {
    socket.destroy();
    throw error;
  });
  const close = async () => {
    // An unreachable server does not answer the end of the connection either.
    await Promise.race([client.end().catch(() => {}), delay(END_MS, undefined, { ref: false })]);
    socket.destroy();
  };
  return { client, close };
}

/**
 * Runs `work` in one process at a time of all that use this inventory, while this process has the turn; again
 * and again until `signal` is aborted. The turn is an advisory lock of a transaction that is idle except for
 * proofs of life. The server frees the lock when the holder's connection ends, and ends the connection of a
 * holder that hangs.
 * @param work gets a signal that is aborted when the turn is over; an error of `work` ends the turn
 * @param onError gets the error that prevented the turn or ended it
 */
export async function takeTurns(
  inventory: InventoryAddress,
  turn: number,
  work: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
  onError: (error: unknown) => void = () => {},
  { retryMs, pingMs, leaseMs }: TurnPace = PACE,
): Promise<void> {
  /** Waits for the turn. */
  const acquire = async (client: pg.Client, over: AbortSignal): Promise<void> => {
    while (!over.aborted) {
      // A failover may briefly lead to a standby. A standby also grants such locks, but refuses READ WRITE.
      await client.query(
        `BEGIN READ WRITE; SET LOCAL idle_in_transaction_session_timeout = ${Math.trunc(leaseMs)}`,
      );
      const { rows } = await client.query('SELECT pg_try_advisory_xact_lock($1) AS got', [turn]);
      if (rows[0]?.got === true) return;
      await client.query('ROLLBACK');
      await delay(retryMs, undefined, { signal: over }).catch(() => {});
    }
  };

  const hold = async (client: pg.Client, over: AbortController): Promise<void> => {
    await acquire(client, over.signal);
    if (over.signal.aborted) return;
    const working = work(over.signal).finally(() => over.abort());
    // Awaited below. The empty handler prevents an unhandled rejection until then.
    working.catch(() => {});
    try {
      while (!over.signal.aborted) {
        await delay(pingMs, undefined, { signal: over.signal }).catch(() => {});
        if (!over.signal.aborted) await client.query('SELECT 1');
      }
    } finally {
      over.abort();
      await working;
    }
  };

  while (!signal.aborted) {
    const over = new AbortController();
    const end = () => over.abort();
    signal.addEventListener('abort', end, { once: true });
    try {
      const { client, close } = await connect(inventory, end);
      await hold(client, over).finally(close);
    } catch (error) {
      if (!signal.aborted) onError(error);
    } finally {
      signal.removeEventListener('abort', end);
    }
    await delay(retryMs, undefined, { signal }).catch(() => {});
  }
}

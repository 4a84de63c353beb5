import { once } from 'node:events';
import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { OPERATION_CHANNEL } from '../insert-operation.ts';
import { LOG_CHANNEL } from '../log-requests.ts';
import { connectionTo, type InventoryAddress } from './address.ts';
import { ScramClient } from './scram-client.ts';

const RECONNECT_MS = 1_000;
const END_MS = 2_000;

/** Calls `onOperation` for every operation that any gateway announces, in the way of `listen`. */
export function listenForOperations(
  inventory: InventoryAddress,
  onOperation: () => void,
  signal: AbortSignal,
): Promise<void> {
  return listen(OPERATION_CHANNEL, inventory, onOperation, signal);
}

/** Calls `onRequest` for every question about logs that any gateway announces, in the way of `listen`. */
export function listenForLogRequests(
  inventory: InventoryAddress,
  onRequest: () => void,
  signal: AbortSignal,
): Promise<void> {
  return listen(LOG_CHANNEL, inventory, onRequest, signal);
}

/**
 * Calls `onNews` for every announcement on the channel, until `signal` is aborted. Reconnects by itself. An
 * announcement may be missed meanwhile, so callers must also poll now and then.
 */
async function listen(
  channel: string,
  inventory: InventoryAddress,
  onNews: () => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const socket = new Socket();
    const client = new ScramClient({
      ...connectionTo(inventory),
      stream: () => socket,
      application_name: 'cornac listen',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      query_timeout: 5_000,
    });
    // Without a listener an error on the idle connection would end the process.
    client.on('error', () => {});
    client.on('notification', onNews);
    try {
      await client.connect();
      await client.query(`LISTEN ${channel}`);
      onNews();
      await once(client, 'end', { signal });
    } catch {
      await delay(RECONNECT_MS, undefined, { signal }).catch(() => {});
    } finally {
      // An unreachable server does not answer the end of the connection either.
      await Promise.race([client.end().catch(() => {}), delay(END_MS, undefined, { ref: false })]);
      socket.destroy();
    }
  }
}

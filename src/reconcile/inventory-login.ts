import { connectionTo, type InventoryAddress } from '../inventory/database/address.ts';
import { isDatabaseUnavailable } from '../inventory/database/client.ts';
import { ScramClient } from '../inventory/database/scram-client.ts';
import { ServerNotProven } from '../inventory/database/server-not-proven.ts';

const ANSWER_MS = 5_000;

/**
 * What a log-in to the inventory gave: `refused` with the reason where a server is there and does not serve, `unproven`
 * where it has not shown that it is the inventory.
 */
export type Login =
  | { readonly state: 'in' }
  | { readonly state: 'away' }
  | { readonly state: 'refused'; readonly reason: string }
  | { readonly state: 'unproven'; readonly reason: string; readonly lacksCertificate: boolean };

// Codes of a socket that found nobody, or lost them: the probe of the port says the same.
const AWAY = /^E[A-Z]+$/;

/** Logs in to the inventory and asks the smallest question. Takes some seconds at most and never throws. */
export async function tryLogin(inventory: InventoryAddress): Promise<Login> {
  const client = new ScramClient({
    ...connectionTo(inventory),
    application_name: 'cornac keeper',
    connectionTimeoutMillis: ANSWER_MS,
    query_timeout: ANSWER_MS,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('SELECT 1');
    return { state: 'in' };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const reason = error instanceof Error ? error.message : String(error);
    // A server that starts or ends says so by itself, and a moment later something else.
    if (AWAY.test(code) || code === '57P03' || code === '57P01') return { state: 'away' };
    if (isDatabaseUnavailable(error) && /terminated unexpectedly/.test(reason)) return { state: 'away' };
    return error instanceof ServerNotProven
      ? { state: 'unproven', reason, lacksCertificate: error.lacksCertificate }
      : { state: 'refused', reason };
  } finally {
    // One that hangs does not say good-bye either.
    client.end().catch(() => {});
  }
}

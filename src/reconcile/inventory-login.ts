import { connectionTo, type InventoryAddress } from '../inventory/database/address.ts';
import { isDatabaseUnavailable } from '../inventory/database/client.ts';
import { ScramClient } from '../inventory/database/scram-client.ts';
import { ServerNotProven } from '../inventory/database/server-not-proven.ts';

const ANSWER_MS = 5_000;

/**
 * The result of a login to the inventory. `unreachable`: no server answers. `refused`: a server answers but
 * does not serve; with the reason. `unproven`: the server has not proven that it is the inventory.
 */
export type Login =
  | { readonly state: 'in' }
  | { readonly state: 'unreachable' }
  | { readonly state: 'refused'; readonly reason: string }
  | { readonly state: 'unproven'; readonly reason: string; readonly requiresCertificate: boolean };

// Codes of a socket that found no server, or lost it. The probe of the port reports the same.
const SYSTEM_ERROR_CODE = /^E[A-Z]+$/;

/** Logs in to the inventory and runs the smallest query. Takes a few seconds at most. Never throws. */
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
    // A server that starts or shuts down reports it by itself, and is in another state a moment later.
    if (SYSTEM_ERROR_CODE.test(code) || code === '57P03' || code === '57P01') return { state: 'unreachable' };
    if (isDatabaseUnavailable(error) && /terminated unexpectedly/.test(reason)) {
      return { state: 'unreachable' };
    }
    return error instanceof ServerNotProven
      ? { state: 'unproven', reason, requiresCertificate: error.requiresCertificate }
      : { state: 'refused', reason };
  } finally {
    // A server that hangs does not answer the end of the connection either.
    client.end().catch(() => {});
  }
}

import type { ScramClientConfig } from './scram-client.ts';

/** An inventory that Cornac makes or made: its server shows a certificate of Cornac's authority. */
export interface OwnInventory {
  readonly url: string;
  /** PEM of the authority. */
  readonly authority: string;
}

/** Where the inventory is. A bare URL itself defines how its server is verified. */
export type InventoryAddress = string | OwnInventory;

/**
 * Whether the server must show a certificate of Cornac's authority. That is so where the URL has a password,
 * which could leak, and sets nothing about TLS itself.
 */
export function expectsOwnAuthority(url: string): boolean {
  const { hostname, password, searchParams } = new URL(url);
  const hasTlsParameters = ['sslmode', 'ssl', 'sslrootcert', 'host'].some((name) => searchParams.has(name));
  const hasPassword = password !== '' || Boolean(searchParams.get('password'));
  return hasPassword && hostname !== '' && !/^%2f/i.test(hostname) && !hasTlsParameters;
}

/** The client's configuration for a connection to the address. */
export function connectionTo(address: InventoryAddress): ScramClientConfig {
  return typeof address === 'string'
    ? { connectionString: address }
    : {
        connectionString: address.url,
        isOwn: true,
        // Explicit, so that no environment variable can override it.
        ssl: { ca: address.authority, rejectUnauthorized: true },
      };
}

import type { ScramClientConfig } from './scram-client.ts';

/** An inventory that Cornac has made, or will: its server shows a certificate of Cornac's authority. */
export interface OwnInventory {
  readonly url: string;
  /** PEM of the authority. */
  readonly authority: string;
}

/** Where the inventory is. A bare URL says itself how its server is to be trusted. */
export type InventoryAddress = string | OwnInventory;

/**
 * Whether the server is to show a certificate of Cornac's authority: where the URL has a password, so that there is
 * something to lose, and says nothing of TLS itself.
 */
export function expectsOwnAuthority(url: string): boolean {
  const { hostname, password, searchParams } = new URL(url);
  const saysItself = ['sslmode', 'ssl', 'sslrootcert', 'host'].some((name) => searchParams.has(name));
  const hasPassword = password !== '' || Boolean(searchParams.get('password'));
  return hasPassword && hostname !== '' && !/^%2f/i.test(hostname) && !saysItself;
}

/** What a client needs to connect there. */
export function connectionTo(address: InventoryAddress): ScramClientConfig {
  return typeof address === 'string'
    ? { connectionString: address }
    : {
        connectionString: address.url,
        isOwn: true,
        // Said, so that no variable of the environment can say otherwise.
        ssl: { ca: address.authority, rejectUnauthorized: true },
      };
}

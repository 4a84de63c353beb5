import type { SshTarget } from '../ssh/target.ts';

/** What a caller has to know of a running machine to work inside it. */
export interface GuestMachine {
  readonly name: string;
  /** The provider's host that runs the machine, where the provider has several hosts. */
  readonly host?: string;
  /** The address of PostgreSQL for clients: an IP address, or a DNS name with `DNS_DOMAIN`. */
  readonly address: string;
  /** Whether the provider gave this address. If not, the guest reports it, and may report another machine's. */
  readonly hasGivenAddress?: boolean;
  readonly ssh: SshTarget;
  /** Directory that holds the guest's `etc`, `opt` and data: '' on a VM, the machine's directory locally. */
  readonly guestRoot: string;
}

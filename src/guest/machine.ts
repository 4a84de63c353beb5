import type { SshTarget } from '../ssh/target.ts';

/** A machine that runs, as far as somebody who works in it has to know it. */
export interface GuestMachine {
  readonly name: string;
  /** Which of the provider's hosts has it, where a provider has several. */
  readonly host?: string;
  /** Where clients find PostgreSQL: IP address, or DNS name with `DNS_DOMAIN`. */
  readonly address: string;
  /** Whether the provider gave the machine this address. Otherwise its own guest reports it, and may report another machine's. */
  readonly hasGivenAddress?: boolean;
  readonly ssh: SshTarget;
  /** Directory below which the guest's `etc`, `opt` and data live: '' on a VM, the machine's directory locally. */
  readonly guestRoot: string;
}

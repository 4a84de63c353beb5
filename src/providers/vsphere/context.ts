import type { SshTarget } from '../../ssh/target.ts';
import type { VcenterSettings } from './iaas-url.ts';
import type { Places } from './vcenter-objects.ts';
import type { Ref } from './vim/schema.ts';
import type { Vim } from './vim/vim.ts';

/** What the steps of the provider share. */
export interface Context {
  readonly vim: Vim;
  readonly places: Places;
  /** Machines that were found, by name: not where they are, but who. */
  readonly known: Map<string, Ref>;
  /** References of machines that were once read with their configuration: none of them is being made. */
  readonly whole: Set<string>;
  readonly settings: VcenterSettings;
  /** Whether a name begins as those of this Cornac's machines. */
  readonly isOurs: (name: string) => boolean;
  readonly dnsDomain: string | undefined;
  readonly deployKeys: readonly string[];
  readonly times: Times;
  /** Tells a machine over SSH to power itself off. */
  readonly powerOffGuest: ((target: SshTarget, signal: AbortSignal) => Promise<void>) | undefined;
}

/** How long to wait for what a guest does, in milliseconds. */
export interface Times {
  readonly boot: number;
  /** For VMware Tools to shut the guest down, and as long again for SSH to do it. */
  readonly shutdown: number;
  /** For the pinned host key, while another one is shown. */
  readonly otherHostKey: number;
  /** For a guest that was customized to begin its restart. */
  readonly restart: number;
  /** For snapshots to be removed, before a disk can grow, in one attempt of many. */
  readonly snapshot: number;
  /** For the disk to have no parent any more, once they are. */
  readonly consolidation: number;
  /** For vCenter to say something under a call, and for reads to be repeated when it does not. */
  readonly silence?: number;
  readonly patience?: number;
}

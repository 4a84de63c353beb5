import type { SshTarget } from '../../ssh/target.ts';
import type { VcenterSettings } from './iaas-url.ts';
import type { Places } from './vcenter-objects.ts';
import type { Ref } from './vim/schema.ts';
import type { Vim } from './vim/vim.ts';

/** What the steps of the provider share. */
export interface Context {
  readonly vim: Vim;
  readonly places: Places;
  /** Machines found earlier, by name. The reference stays valid when the machine moves. */
  readonly known: Map<string, Ref>;
  /** References of machines that were once read with their configuration: their clones have ended. */
  readonly whole: Set<string>;
  readonly settings: VcenterSettings;
  /** Whether a name starts with the prefix of this Cornac's machines. */
  readonly isOurs: (name: string) => boolean;
  readonly dnsDomain: string | undefined;
  readonly deployKeys: readonly string[];
  readonly times: Times;
  /** Asks a machine over SSH to power itself off. */
  readonly powerOffGuest: ((target: SshTarget, signal: AbortSignal) => Promise<void>) | undefined;
}

/** Timeouts of waits for the guest and for vCenter, in milliseconds. */
export interface Times {
  readonly boot: number;
  /** For VMware Tools to shut down the guest; SSH then gets the same time. */
  readonly shutdown: number;
  /** For the pinned host key, while the guest shows another host key. */
  readonly otherHostKey: number;
  /** For the restart of a guest after its customization. */
  readonly restart: number;
  /** For the removal of snapshots before a disk can grow, within one of many attempts. */
  readonly snapshot: number;
  /** For the disk to lose its parent, after the snapshots are gone. */
  readonly consolidation: number;
  /**
   * `silence`: for vCenter to send data during a call. `readRetry`: for repeating reads while vCenter is
   * unreachable.
   */
  readonly silence?: number;
  readonly readRetry?: number;
}

import type { MachineRef, Progress } from './provider.ts';

/** Clusters that a provider keeps ready for new machines, because copying one takes a third of a create. */
export interface SpareClusters {
  /**
   * Gives a machine without a cluster a spare one of this major version, where there is one. No-op otherwise: the guest
   * makes a cluster itself. The machine has run nothing yet.
   */
  give(machine: MachineRef, major: string, progress: Progress): Promise<void>;
}

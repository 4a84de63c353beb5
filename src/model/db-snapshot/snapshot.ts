import type { Instance } from '../db-instance/instance.ts';
import type { SnapshotStatus } from './status.ts';

/** SnapshotType of a snapshot of one's own: made by Cornac in the backup window, or asked for. */
export type SnapshotType = 'automated' | 'manual';

/** A DB snapshot as the inventory has it: what its instance was like, and what was kept of it. */
export interface Snapshot {
  readonly id: string;
  readonly identifier: string;
  readonly status: SnapshotStatus;
  readonly type: SnapshotType;
  readonly instance: Pick<
    Instance,
    | 'dbiResourceId'
    | 'identifier'
    | 'engineVersion'
    | 'allocatedStorage'
    | 'masterUsername'
    | 'port'
    | 'availableAt'
  > & { readonly storageType: string };
  readonly createdAt: Date;
}

import type { Instance } from '../db-instance/instance.ts';
import type { SnapshotStatus } from './status.ts';

/** SnapshotType: made by Cornac in the backup window, or requested by a user. */
export type SnapshotType = 'automated' | 'manual';

/** A DB snapshot as the inventory stores it, with the attributes of its instance at that time. */
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

import type { Instance } from '../db-instance/instance.ts';
import type { Storage } from '../db-instance/storage.ts';
import type { ResourceRef } from '../resource.ts';
import type { Tag } from '../tags.ts';
import type { SnapshotStatus } from './status.ts';

/** SnapshotType: made by Cornac in the backup window, or requested by a user. */
export type SnapshotType = 'automated' | 'manual';

/** A DB snapshot as the inventory stores it, with the attributes of its instance at that time. */
export interface Snapshot {
  readonly id: string;
  readonly identifier: string;
  readonly status: SnapshotStatus;
  readonly type: SnapshotType;
  /** The operation that holds the snapshot; null when no operation holds it. */
  readonly operationId: string | null;
  readonly instance: Pick<
    Instance,
    | 'dbiResourceId'
    | 'identifier'
    | 'dbInstanceClass'
    | 'engineVersion'
    | 'allocatedStorage'
    | 'masterUsername'
    | 'dbName'
    | 'port'
    | 'availableAt'
    | 'tags'
  > &
    Storage;
  /** The lineage whose backup it is. */
  readonly lineageId: string;
  readonly percentProgress: number;
  readonly tags: readonly Tag[];
  /** When it was requested; once it is available, the moment to which it restores. */
  readonly createdAt: Date;
}

/** The snapshot as a resource. */
export function snapshotResource({
  id,
  identifier: name,
}: Pick<Snapshot, 'id' | 'identifier'>): ResourceRef<'db-snapshot'> {
  return { kind: 'db-snapshot', id, name };
}

/** A snapshot that an operation on its instance makes. */
export type NewSnapshot = Pick<Snapshot, 'id' | 'identifier' | 'type' | 'tags'>;

/** What a snapshot of the instance keeps of it, and a restore takes. */
export function attributesOf(instance: Instance): Snapshot['instance'] {
  const { dbiResourceId, identifier, dbInstanceClass, engineVersion, allocatedStorage } = instance;
  const { masterUsername, dbName, port, availableAt, tags, settings } = instance;
  const { storageType, iops, storageThroughput } = settings;
  return {
    ...{ dbiResourceId, identifier, dbInstanceClass, engineVersion, allocatedStorage },
    ...{ masterUsername, dbName, port, availableAt, tags, storageType },
    ...(iops !== undefined && { iops }),
    ...(storageThroughput !== undefined && { storageThroughput }),
  };
}

/** A snapshot of the instance while the operation that holds the instance makes it. */
export function snapshotOf(
  instance: Instance,
  wanted: NewSnapshot,
): Omit<Snapshot, 'lineageId' | 'createdAt'> {
  const { operationId } = instance;
  return { ...wanted, status: 'creating', operationId, instance: attributesOf(instance), percentProgress: 0 };
}

/** The snapshots of each instance, by its DbiResourceId. */
export function groupByInstance(snapshots: readonly Snapshot[]): ReadonlyMap<string, readonly Snapshot[]> {
  const groups = new Map<string, Snapshot[]>();
  for (const snapshot of snapshots) {
    const { dbiResourceId } = snapshot.instance;
    groups.set(dbiResourceId, [...(groups.get(dbiResourceId) ?? []), snapshot]);
  }
  return groups;
}

import type { Snapshot, SnapshotType } from './snapshot.ts';

/** Which snapshots are wanted. A member that is absent lets all pass. */
export interface SnapshotQuery {
  readonly identifiers?: ReadonlySet<string>;
  readonly types?: ReadonlySet<SnapshotType>;
  /** Identifiers of the instances that they were made of. */
  readonly instances?: ReadonlySet<string>;
  /** DbiResourceIds of the instances that they were made of. */
  readonly dbiResourceIds?: ReadonlySet<string>;
}

/** Whether the snapshot is among those that are wanted. */
export function isWanted({ identifier, type, instance }: Snapshot, query: SnapshotQuery): boolean {
  return (
    (query.identifiers?.has(identifier) ?? true) &&
    (query.types?.has(type) ?? true) &&
    (query.instances?.has(instance.identifier) ?? true) &&
    (query.dbiResourceIds?.has(instance.dbiResourceId) ?? true)
  );
}

import type { Snapshot, SnapshotType } from './snapshot.ts';

/** Which snapshots are wanted. An absent member does not filter. */
export interface SnapshotQuery {
  readonly identifiers?: ReadonlySet<string>;
  readonly types?: ReadonlySet<SnapshotType>;
  /** Identifiers of the source instances. */
  readonly instances?: ReadonlySet<string>;
  /** DbiResourceIds of the source instances. */
  readonly dbiResourceIds?: ReadonlySet<string>;
}

/** Whether the query selects the snapshot. */
export function isWanted({ identifier, type, instance }: Snapshot, query: SnapshotQuery): boolean {
  return (
    (query.identifiers?.has(identifier) ?? true) &&
    (query.types?.has(type) ?? true) &&
    (query.instances?.has(instance.identifier) ?? true) &&
    (query.dbiResourceIds?.has(instance.dbiResourceId) ?? true)
  );
}

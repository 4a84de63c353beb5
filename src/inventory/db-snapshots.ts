import { isWanted, type SnapshotQuery } from '../model/db-snapshot/selection.ts';
import type { Snapshot } from '../model/db-snapshot/snapshot.ts';

/**
 * DB snapshots. Their table comes with the action that makes the first snapshot; until then the list is
 * empty.
 */
export function createSnapshots(snapshots: readonly Snapshot[] = []) {
  return {
    /** The selected snapshots, by identifier. */
    async list(query: SnapshotQuery = {}): Promise<Snapshot[]> {
      return snapshots.filter((snapshot) => isWanted(snapshot, query));
    },
  };
}

export type Snapshots = ReturnType<typeof createSnapshots>;

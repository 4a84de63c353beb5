import { isWanted, type SnapshotQuery } from '../model/db-snapshot/selection.ts';
import type { Snapshot } from '../model/db-snapshot/snapshot.ts';

/** DB snapshots. They get a table with the action that makes the first one; until then there are none. */
export function createSnapshots(snapshots: readonly Snapshot[] = []) {
  return {
    /** Those that are wanted, by identifier. */
    async list(query: SnapshotQuery = {}): Promise<Snapshot[]> {
      return snapshots.filter((snapshot) => isWanted(snapshot, query));
    },
  };
}

export type Snapshots = ReturnType<typeof createSnapshots>;
